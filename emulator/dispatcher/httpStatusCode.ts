import { STATUS_CODES } from 'node:http';

/** A status as BioT's published schema prints it: Java's `HttpStatus` text, like `201 CREATED`. */
export function toHttpStatusCode(status: number): string {
  const text = (STATUS_CODES[status] ?? 'Unknown').replace("I'm", 'I am').toUpperCase();
  return `${status} ${text.replaceAll(/[ -]/g, '_')}`;
}

/** The number of `201 CREATED`, of `CREATED` (which form is on the wire is not published), or of a number. */
export function parseHttpStatusCode(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  const digits = /^[2-5]\d\d(?= |$)/.exec(text)?.[0];
  if (digits) return Number(digits);
  const known = Object.keys(STATUS_CODES).find((code) => toHttpStatusCode(Number(code)).slice(4) === text);
  return known ? Number(known) : undefined;
}
