import type { ErrorObject } from 'ajv';
import { didYouMean } from '../nearest.ts';
import { type Path, toName } from './joinFields.ts';
import type { Mistake } from './mistake.ts';

/** What the schema says of the place that was violated. */
type Rule = {
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  properties?: Record<string, { doNotSuggest?: boolean }>;
  errorMessage?: string;
  patternErrorMessage?: string;
};

/** A violation in words that a person understands; none for what only says that another rule was violated. */
export function describeViolation(error: ErrorObject): Mistake[] {
  const rule = error.parentSchema as Rule;
  const path = [...toPath(error.instancePath), ...(error.propertyName ? [error.propertyName] : [])];
  if (error.keyword === 'if' || error.keyword === 'propertyNames') return [];
  if (error.keyword === 'additionalProperties')
    return [toUnknown([...path, error.params.additionalProperty], rule)];
  if (error.keyword === 'required') return [toMissing([...path, error.params.missingProperty])];
  return [{ path, line: (file) => `"${toName(path)}" in ${file} ${sayOf(error, rule)}` }];
}

function toUnknown(path: Path, { properties = {} }: Rule): Mistake {
  const names = Object.keys(properties).filter((name) => !properties[name]?.doNotSuggest);
  const nearest = didYouMean(String(path.at(-1)), names);
  return { path, line: (file) => `"${toName(path)}" is no field of ${file}${nearest}` };
}

const toMissing = (path: Path): Mistake => ({
  path,
  line: (file) => `"${toName(path)}" is missing in ${file}`,
});

function sayOf({ keyword, data }: ErrorObject, rule: Rule): string {
  if (rule.enum)
    return `must be ${toChoice(rule.enum)}${typeof data === 'string' ? didYouMean(data, rule.enum) : ''}`;
  if (keyword === 'pattern' && rule.patternErrorMessage) return rule.patternErrorMessage;
  if (keyword === 'uniqueItems') return 'has the same twice';
  return rule.errorMessage ?? `must be ${sayOfType(rule)}`;
}

function sayOfType({ type, minimum, maximum, maxLength }: Rule): string {
  if (type === 'integer') return `a whole number from ${minimum} to ${maximum}`;
  if (type === 'string') return maxLength ? `text of 1 to ${maxLength} characters` : 'non-empty text';
  if (type === 'boolean') return 'true or false';
  return type === 'array' ? 'a list' : 'an object';
}

function toChoice(values: string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return [quoted.slice(0, -1).join(', '), ...quoted.slice(-1)].join(' or ');
}

/** A JSON pointer; the numbers in it are places in lists, as no field's name is one. */
const toPath = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
