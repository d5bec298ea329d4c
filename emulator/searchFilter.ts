import { isDeepStrictEqual } from 'node:util';
import { BiotError } from './biotError.ts';
import type { Entity } from './state.ts';
import { toText } from './toText.ts';
import { valuesAt } from './valuesAt.ts';

/** Operators by field; `$AND`, `$OR` and `$NOT` take a `filter` of their own instead. */
export type Filter = Record<string, Record<string, unknown> | null>;

type Matches = (entity: Entity) => boolean;
type Test = (values: unknown[]) => boolean;

/** An operator: what it takes, in words, and the test that its operand makes; undefined for an operand it does not take. */
type Operator = {
  takes: string;
  takesEmptyText?: true;
  toTest(operand: unknown): Test | undefined;
};

const badRequest = (message: string) => new BiotError({ status: 400, code: 'BAD_REQUEST', message });

const always: Matches = () => true;

/**
 * All fields and all operators of a field must fit. What is null or empty is no condition: BioT's own portal sends it.
 * @throws BiotError 400 for an operator that BioT does not have, or an operand of another type
 */
export function compileFilter(filter: unknown): Matches {
  if (filter === null || filter === undefined) return always;
  return all(compileFields(filter));
}

function compileFields(filter: unknown): Matches[] {
  if (!isObject(filter)) throw badRequest('A filter must be an object of fields, like {"_id":{"in":["…"]}}');
  return Object.entries(filter).flatMap(([field, operators]) => {
    if (operators === null) return [];
    if (!isObject(operators)) throw badRequest(`The filter of ${field} must be an object of operators`);
    return Object.hasOwn(GROUPS, field)
      ? compileGroup(field as keyof typeof GROUPS, operators)
      : compileField(field, operators);
  });
}

const GROUPS = {
  $AND: (matches: Matches[]) => all(matches),
  $OR: (matches: Matches[]): Matches => {
    return (entity) => matches.some((match) => match(entity));
  },
  $NOT: (matches: Matches[]): Matches => {
    const match = all(matches);
    return (entity) => !match(entity);
  },
} as const;

function compileGroup(group: keyof typeof GROUPS, { filter, ...more }: Record<string, unknown>): Matches[] {
  const [extra] = Object.keys(more);
  if (extra !== undefined) throw badRequest(`${group} takes a filter and nothing else, not ${extra}`);
  const matches = filter === null || filter === undefined ? [] : compileFields(filter);
  return matches.length === 0 ? [] : [GROUPS[group](matches)];
}

function compileField(field: string, operators: Record<string, unknown>): Matches[] {
  const lookup = valuesAt(field);
  return Object.entries(operators).flatMap(([name, operand]) => {
    const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (!operator)
      throw badRequest(`Unknown search operator ${name}; there are ${Object.keys(OPERATORS).join(', ')}`);
    if (operand === null || isEmpty(operand) || (operand === '' && !operator.takesEmptyText)) return [];
    const test = operator.toTest(operand);
    if (!test) throw badRequest(`The operator ${name} of ${field} takes ${operator.takes}`);
    return [(entity: Entity) => test(lookup(entity))];
  });
}

const all = (matches: Matches[]): Matches => {
  const [only] = matches;
  if (matches.length === 0 || !only) return always;
  return matches.length === 1 ? only : (entity) => matches.every((match) => match(entity));
};

/** Of a list it is enough when one element fits. */
const some = (isTrue: (value: unknown) => boolean): Test => {
  return (values) => values.some((value) => (Array.isArray(value) ? value.some(isTrue) : isTrue(value)));
};

const none = (isTrue: (value: unknown) => boolean): Test => {
  const test = some(isTrue);
  return (values) => !test(values);
};

const equals = (operand: unknown) => (value: unknown) =>
  value === operand || (isObject(operand) && isDeepStrictEqual(value, operand));

/** The published lists are of texts, also where the values are not. */
const isIn = (operand: unknown): ((value: unknown) => boolean) | undefined => {
  if (!Array.isArray(operand)) return undefined;
  const texts = new Set(operand.map((item) => (hasValue(item) ? toText(item) : null)));
  return (value) => texts.has(hasValue(value) ? toText(value) : null);
};

const compare = (isTrue: (value: number, operand: number) => boolean): Operator => ({
  takes: 'a number, or a date and time as text',
  toTest(operand) {
    const limit = typeof operand === 'number' ? operand : toTime(operand);
    if (limit === undefined) return undefined;
    const read = typeof operand === 'number' ? toNumber : toTime;
    return some((value) => {
      const number = read(value);
      return number !== undefined && isTrue(number, limit);
    });
  },
});

const fromTime = (isTrue: (value: number, operand: number) => boolean): Operator => ({
  takes: 'a date, or a date and time, in ISO 8601',
  toTest: (operand) => (typeof operand === 'number' ? undefined : compare(isTrue).toTest(operand)),
});

const presence = (isAsked: (operand: boolean) => boolean): Operator => ({
  takes: 'true or false',
  toTest: (operand) =>
    typeof operand === 'boolean' ? (values) => values.some(hasValue) === isAsked(operand) : undefined,
});

const maybe = (test: ((value: unknown) => boolean) | undefined, quantify: typeof some): Test | undefined =>
  test && quantify(test);

const OPERATORS: Record<string, Operator> = {
  eq: { takes: 'a value', takesEmptyText: true, toTest: (operand) => some(equals(operand)) },
  not: { takes: 'a value', takesEmptyText: true, toTest: (operand) => none(equals(operand)) },
  in: { takes: 'a list', toTest: (operand) => maybe(isIn(operand), some) },
  notIn: { takes: 'a list', toTest: (operand) => maybe(isIn(operand), none) },
  like: { takes: 'a text', toTest: (operand) => maybe(contains(operand), some) },
  lt: compare((value, operand) => value < operand),
  lte: compare((value, operand) => value <= operand),
  gt: compare((value, operand) => value > operand),
  gte: compare((value, operand) => value >= operand),
  from: fromTime((value, operand) => value >= operand),
  to: fromTime((value, operand) => value <= operand),
  isNull: presence((operand) => !operand),
  isNotNull: presence((operand) => operand),
  // In an example of the documentation, though not in the schema.
  exists: presence((operand) => operand),
  filter: { takes: 'nothing here: it belongs under $AND, $OR or $NOT', toTest: () => undefined },
};

function contains(operand: unknown): ((value: unknown) => boolean) | undefined {
  if (typeof operand !== 'string') return undefined;
  const text = operand.toLowerCase();
  return (value) => hasValue(value) && toText(value).toLowerCase().includes(text);
}

const toNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const DATE = /^\d{4}-\d\d-\d\d/;

function toTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !DATE.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

const hasValue = (value: unknown): boolean => value !== null && value !== undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (operand: unknown): boolean =>
  typeof operand === 'object' && operand !== null && Object.keys(operand).length === 0;
