import { distance } from 'fastest-levenshtein';

/** The name that is probably meant: no more than a third of its letters differ. Undefined when none is that near. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const far = (name: string) => distance(wanted.toLowerCase(), name.toLowerCase());
  const [name] = names.toSorted((a, b) => far(a) - far(b));
  return name !== undefined && far(name) <= name.length / 3 ? name : undefined;
}

/** Said after a name that there is not; empty when none is near. */
export function didYouMean(wanted: string, names: readonly string[]): string {
  const name = nearest(wanted, names);
  return name === undefined ? '' : `; did you mean "${name}"?`;
}
