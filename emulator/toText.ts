/** Any value of JSON as one text. `String` would throw for an object with a field named `toString`. */
export const toText = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
