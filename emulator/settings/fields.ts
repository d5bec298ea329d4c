import { BiotError } from '../biotError.ts';

/** A JSON object as a caller sent it. */
export type Input = Record<string, unknown>;

/** BioT publishes this code for PATCH only; that creating a plugin refuses a plain wrong value with it too is assumed. */
export const invalid = (field: string, rule: string): BiotError =>
  new BiotError({ status: 400, code: 'PLUGIN_REQUEST_VALIDATION_FAILED', message: `${field} ${rule}` });

/** Absent and null are the same in all of these. All throw BiotError 400 for a value of another kind. */
export function optionalObject(value: unknown, field: string): Input | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Input;
  throw invalid(field, 'must be an object');
}

export function optionalList(value: unknown, field: string): unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value;
  throw invalid(field, 'must be a list');
}

export function optionalText(value: unknown, field: string, max: number): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length <= max) return value;
  throw invalid(field, `must be text of at most ${max} characters`);
}

export function requiredText(value: unknown, field: string, max: number): string {
  const text = optionalText(value, field, max);
  if (text === undefined) throw invalid(field, 'is mandatory');
  return text;
}

/** Numbers may come as text, as BioT's own samples send them. */
export function optionalNumber(
  value: unknown,
  field: string,
  { min, max }: { min: number; max: number },
): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(field, `must be a whole number from ${min} to ${max}`);
}

export function optionalChoice<const Choice extends string>(
  value: unknown,
  field: string,
  choices: readonly Choice[],
): Choice | undefined {
  if (value === undefined || value === null) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found) return found;
  throw invalid(field, `must be one of ${choices.join(', ')}`);
}

/** True and false may come as text too. */
export function optionalBoolean(value: unknown, field: string): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = optionalChoice(value, field, ['true', 'false']);
  return text === undefined ? undefined : text === 'true';
}
