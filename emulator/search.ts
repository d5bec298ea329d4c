import { BiotError } from './biotError.ts';
import type { Entity } from './state.ts';

const DEFAULT_LIMIT = 100;

type Operators = Record<string, unknown>;

export type SearchRequest = {
  filter?: Record<string, Operators | null> | null;
  sort?: { prop: string; order?: string }[] | null;
  freeTextSearch?: string | null;
  limit?: number;
  page?: number;
};

const badRequest = (message: string) => new BiotError({ status: 400, code: 'BAD_REQUEST', message });

/** The `searchRequest` query parameter. @throws BiotError 400 when it is not a JSON object */
export function parseSearchRequest(text: string | undefined): SearchRequest {
  if (!text) return {};
  const request = parse(text);
  if (typeof request === 'object' && request !== null && !Array.isArray(request)) return request;
  throw badRequest('searchRequest is not a JSON object');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Filtered, sorted, and cut to one page, in BioT's answer. Newest first unless told otherwise. */
export function searchEntities(
  entities: Entity[],
  request: SearchRequest,
): { data: Entity[]; metadata: unknown } {
  const { filter, freeTextSearch, limit = DEFAULT_LIMIT, page = 0 } = request;
  const sort = request.sort?.length ? request.sort : [{ prop: '_creationTime', order: 'DESC' }];
  const words = (freeTextSearch ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = entities.filter((entity) => matches(entity, filter ?? {}) && hasAnyWord(entity, words));
  found.sort((a, b) => compareBy(a, b, sort));
  return {
    data: found.slice(page * limit, (page + 1) * limit),
    metadata: {
      sort,
      filter: filter ?? {},
      page: { totalResults: found.length, page, limit },
      ...(freeTextSearch && { freeTextSearch }),
    },
  };
}

/** All fields and all operators of a field must fit; `$AND`, `$OR` and `$NOT` take filters of their own. */
function matches(entity: Entity, filter: NonNullable<SearchRequest['filter']>): boolean {
  return Object.entries(filter).every(([field, operators]) => {
    if (field in GROUPS) return matchesGroup(entity, field as keyof typeof GROUPS, operators ?? {});
    return Object.entries(operators ?? {}).every(([name, operand]) =>
      fits(valueAt(entity, field), name, operand),
    );
  });
}

const GROUPS = { $AND: 'and', $OR: 'or', $NOT: 'not' } as const;

function matchesGroup(entity: Entity, group: keyof typeof GROUPS, { filter }: Operators): boolean {
  const fields = Object.entries((filter ?? {}) as NonNullable<SearchRequest['filter']>);
  if (fields.length === 0) return true;
  const results = fields.map(([field, operators]) => matches(entity, { [field]: operators }));
  if (group === '$OR') return results.includes(true);
  const all = !results.includes(false);
  return group === '$NOT' ? !all : all;
}

type Test = (value: unknown, operand: unknown) => boolean;

const compare =
  (isTrue: (value: number, operand: number) => boolean): Test =>
  (value, operand) =>
    hasValue(value) && isTrue(Number(value), Number(operand));

const tests: Record<string, Test> = {
  eq: (value, operand) => value === operand,
  not: (value, operand) => value !== operand,
  in: (value, operand) => isEmpty(operand) || toList(operand).includes(value),
  notIn: (value, operand) => !toList(operand).includes(value),
  like: (value, operand) => toText(value).includes(toText(operand)),
  lt: compare((value, operand) => value < operand),
  lte: compare((value, operand) => value <= operand),
  gt: compare((value, operand) => value > operand),
  gte: compare((value, operand) => value >= operand),
  from: (value, operand) => Date.parse(String(value)) >= Date.parse(String(operand)),
  to: (value, operand) => Date.parse(String(value)) <= Date.parse(String(operand)),
  isNull: (value, operand) => hasValue(value) !== operand,
  isNotNull: (value, operand) => hasValue(value) === operand,
  filter: () => true, // sent empty by BioT's own portal
};

function fits(value: unknown, operator: string, operand: unknown): boolean {
  const test = Object.hasOwn(tests, operator) ? tests[operator] : undefined;
  if (test) return test(value, operand);
  throw badRequest(`Unknown search operator ${operator}`);
}

const hasValue = (value: unknown): boolean => value !== null && value !== undefined;

const toText = (value: unknown): string => String(value ?? '').toLowerCase();

const toList = (operand: unknown): unknown[] => (Array.isArray(operand) ? operand : [operand]);

const isEmpty = (operand: unknown): boolean => Array.isArray(operand) && operand.length === 0;

/** Any of the words, anywhere in the entity but in its dates. */
function hasAnyWord(entity: Entity, words: string[]): boolean {
  if (words.length === 0) return true;
  const texts = toTexts(entity);
  return words.some((word) => texts.some((text) => text.includes(word)));
}

const DATE = /^\d{4}-\d\d-\d\d(T|$)/;

function toTexts(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(toTexts);
  const text = toText(value);
  return DATE.test(text) ? [] : [text];
}

// What a search calls by a name of its own.
const ALIASES: Record<string, string> = { _templateId: '_template.id', _templateName: '_template.name' };

/** The value at a dotted name like `_name.firstName`. */
function valueAt(entity: Entity, field: string): unknown {
  const path = (Object.hasOwn(ALIASES, field) ? ALIASES[field] : field) ?? field;
  return path
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], entity);
}

function compareBy(a: Entity, b: Entity, sort: { prop: string; order?: string }[]): number {
  const orders = sort.map(({ prop, order }) => {
    const ascending = compareValues(valueAt(a, prop), valueAt(b, prop));
    return order === 'ASC' ? ascending : -ascending;
  });
  return orders.find((order) => order !== 0) ?? 0;
}

function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left ?? ''), String(right ?? '')];
  return Number(a > b) - Number(a < b);
}
