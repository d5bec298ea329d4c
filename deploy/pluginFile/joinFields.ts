export type Fields = Record<string, unknown>;

/** Where in a file something is, like `['subscriptions', 'interceptions', 0, 'apiId']`. */
export type Path = (string | number)[];

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `plugin.NAME.json` and `plugin.json` say together: objects are joined, of all else the one above holds. */
export function joinFields(below: Fields, above: Fields): Fields {
  const joined = Object.entries(above).map(([name, value]) => {
    const under = below[name];
    return [name, isFields(value) && isFields(under) ? joinFields(under, value) : value];
  });
  return { ...below, ...Object.fromEntries(joined) };
}

/** Is it the file above that says what stands at this place? */
export function isFromAbove(above: Fields, [key = '', ...rest]: Path): boolean {
  if (!Object.hasOwn(above, key)) return false;
  const value = above[key];
  return rest.length === 0 || !isFields(value) || isFromAbove(value, rest);
}

/** `subscriptions.interceptions[0].apiId` */
export const toName = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
