import { refuse } from './refuse.ts';

/** What BioT's schema says of an attribute's value. Lengths are of texts, bounds of numbers. */
export type Rule =
  | { kind: 'text'; min?: number; max?: number; pattern?: RegExp }
  | { kind: 'number'; min?: number; max?: number }
  | { kind: 'flag' }
  | { kind: 'time' }
  | { kind: 'locale' }
  | { kind: 'timezone' }
  | { kind: 'select'; values: readonly string[] }
  | { kind: 'object'; mandatory?: string[]; attributes?: Record<string, Rule> }
  /** `{ id }` of an entity of this type. */
  | { kind: 'reference'; to: string };

type RuleOf<Kind extends Rule['kind']> = Extract<Rule, { kind: Kind }>;
type Check<Kind extends Rule['kind']> = (name: string, value: unknown, rule: RuleOf<Kind>) => void;

/** @throws BiotError 400 with the code of the rule that the value breaks. Null is a value of every attribute. */
export function checkAttribute(name: string, value: unknown, rule: Rule): void {
  if (value === null || value === undefined) return;
  (CHECKS[rule.kind] as Check<Rule['kind']>)(name, value, rule);
}

const CHECKS: { [Kind in Rule['kind']]: Check<Kind> } = {
  text(name, value, { min = 0, max = Number.POSITIVE_INFINITY, pattern }) {
    const text = asText(name, value);
    checkBounds(name, text.length, { min, max });
    if (pattern && !pattern.test(text))
      throw refuse(400, 'ATTRIBUTE_REGEX_VALIDATION_FAILED', {
        attributeName: name,
        value,
        regex: pattern.source,
      });
  },
  number(name, value, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) {
    if (typeof value !== 'number') throw mismatch(name, value, 'NUMBER');
    checkBounds(name, value, { min, max });
  },
  flag(name, value) {
    if (typeof value !== 'boolean') throw mismatch(name, value, 'BOOLEAN');
  },
  time(name, value) {
    if (typeof value !== 'string' || !isTime(value)) throw mismatch(name, value, 'DATE');
  },
  locale(name, value) {
    if (!/^[a-z]{2}[-_][a-z]{2}$/i.test(asText(name, value)))
      throw refuse(400, 'VALIDATION_LOCALE_NOT_VALID', { value });
  },
  timezone(name, value) {
    if (!isTimezone(asText(name, value))) throw refuse(400, 'VALIDATION_TIMEZONE_NOT_VALID', { value });
  },
  select(name, value, { values }) {
    if (values.includes(asText(name, value))) return;
    const details = { value, allowedValues: values, attributeName: name };
    throw refuse(400, 'SELECT_ATTRIBUTE_INVALID_VALUE', details);
  },
  object(name, value, { mandatory = [], attributes = {} }) {
    const object = asObject(name, value);
    for (const part of mandatory) checkPresence(`${name}.${part}`, object[part]);
    for (const [part, rule] of Object.entries(attributes))
      checkAttribute(`${name}.${part}`, object[part], rule);
  },
  reference(name, value) {
    const { id } = asObject(name, value);
    if (id !== null && typeof id !== 'string') throw mismatch(name, value, 'REFERENCE');
  },
};

/** @throws BiotError 400 ATTRIBUTE_IS_MANDATORY */
export function checkPresence(attributeName: string, value: unknown): void {
  if (value === null || value === undefined) throw refuse(400, 'ATTRIBUTE_IS_MANDATORY', { attributeName });
}

function checkBounds(attributeName: string, value: number, { min, max }: { min: number; max: number }): void {
  if (value > max) throw refuse(400, 'VALIDATION_MAX_ALLOWED_VALUE', { attributeName, maxValue: max });
  if (value < min) throw refuse(400, 'VALIDATION_MINIMUM_ALLOWED_VALUE', { attributeName, minimum: min });
}

const mismatch = (attributeName: string, value: unknown, type: string) =>
  refuse(400, 'ATTRIBUTE_VALUE_TYPE_MISMATCH', { attributeName, value, type });

function asText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw mismatch(name, value, 'STRING');
}

function asObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw mismatch(name, value, 'OBJECT');
}

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d|$)/.test(text) && !Number.isNaN(Date.parse(text));

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
