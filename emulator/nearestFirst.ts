/** The names, those that are most like `wanted` first. */
export function nearestFirst(wanted: string, names: string[]): string[] {
  const distances = new Map(names.map((name) => [name, distance(wanted.toLowerCase(), name.toLowerCase())]));
  return names.toSorted((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
}

/** The name that is probably meant: no more than a third of its letters differ. Undefined when none is that near. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const [name = ''] = nearestFirst(wanted, [...names]);
  return distance(wanted.toLowerCase(), name.toLowerCase()) <= name.length / 3 ? name : undefined;
}

/** How many letters must be put in, left out or replaced to make one of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_value, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
