/** The paths at which two JSON values differ, like `request.body._email`. */
export function changedPaths(before: unknown, after: unknown, path: string): string[] {
  if (!isContainer(before) || !isContainer(after)) return before === after ? [] : [path];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => {
    const childPath = Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`;
    return changedPaths(before[key], after[key], childPath);
  });
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
