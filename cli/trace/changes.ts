/** A place at which two JSON values differ; an absent side is undefined. */
export type Change = { path: string; before?: unknown; after?: unknown };

/** Where the values differ, as paths like `request.body._email` or `entities[0]._name`. */
export function changes(before: unknown, after: unknown, path: string): Change[] {
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after))
    return before === after ? [] : [{ path, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const childPath = Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`;
    return changes(before[key], after[key], childPath);
  });
}

const MAX_VALUE = 36;

/** `request.body._email: "Ann@x.org" → "ann@x.org"` */
export const toChangeText = ({ path, before, after }: Change): string =>
  `${path}: ${toShort(before)} → ${toShort(after)}`;

function toShort(value: unknown): string {
  const text = value === undefined ? '(none)' : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
