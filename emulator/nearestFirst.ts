import { distance } from 'fastest-levenshtein';

/** The names, those that are most like `wanted` first. */
export function nearestFirst(wanted: string, names: string[]): string[] {
  return names.toSorted((a, b) => difference(wanted, a) - difference(wanted, b));
}

/** The name that is probably meant: no more than a third of its letters differ. Undefined when none is that near. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const [name = ''] = nearestFirst(wanted, [...names]);
  return difference(wanted, name) <= name.length / 3 ? name : undefined;
}

/** How many letters must be put in, left out or replaced to make one of the other, whatever their case. */
const difference = (a: string, b: string): number => distance(a.toLowerCase(), b.toLowerCase());
