const MASK = '(secret)';

/** As short a text as this is part of many others, and hiding it would only make them unreadable. */
const SHORTEST = 4;

/** A text of somebody else's without these values, as they are and as JSON writes them. */
export function hideValues(text: string, values: readonly string[]): string {
  const written = values
    .filter((value) => value.length >= SHORTEST)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .sort((one, other) => other.length - one.length); // one may be part of another
  return written.reduce((shown, value) => shown.replaceAll(value, () => MASK), text);
}
