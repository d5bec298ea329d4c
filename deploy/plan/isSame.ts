import { isDeepStrictEqual } from 'node:util';

/** Do BioT and the file mean the same? BioT takes numbers and booleans as text too, and writes null for absent. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normalize(one), normalize(other));
}

/** The same items, in whatever order. */
export const isSameSet = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  isSame([...one].map(String).sort(), [...other].map(String).sort());

function normalize(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(normalize);
  return typeof value === 'object' ? mapFields(value) : String(value);
}

const mapFields = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, normalize(field)]),
  );
