import { BiotError } from '../biotError.ts';
import type { Entity } from '../state.ts';

const DEFAULT_LIMIT = 100;

export type SearchRequest = {
  filter?: Record<string, Record<string, unknown>>;
  sort?: { prop: string; order?: string }[];
  freeTextSearch?: string;
  limit?: number;
  page?: number;
};

/** The `searchRequest` query parameter. @throws BiotError 400 when it is not JSON */
export function parseSearchRequest(text: string | undefined): SearchRequest {
  if (!text) return {};
  try {
    return JSON.parse(text) as SearchRequest;
  } catch (cause) {
    const message = 'searchRequest is not valid JSON';
    throw new BiotError({ status: 400, code: 'BAD_REQUEST', message }, { cause });
  }
}

/** Filtered, sorted, and cut to one page, in BioT's answer. Newest first unless told otherwise. */
export function searchEntities(
  entities: Entity[],
  request: SearchRequest,
): { data: Entity[]; metadata: unknown } {
  const { filter = {}, limit = DEFAULT_LIMIT, page = 0 } = request;
  const sort = request.sort?.length ? request.sort : [{ prop: '_creationTime', order: 'DESC' }];
  const found = entities.filter((entity) => matches(entity, filter));
  found.sort((a, b) => compareBy(a, b, sort));
  return {
    data: found.slice(page * limit, (page + 1) * limit),
    metadata: { sort, filter, page: { totalResults: found.length, page, limit } },
  };
}

function matches(entity: Entity, filter: NonNullable<SearchRequest['filter']>): boolean {
  return Object.entries(filter).every(([field, operators]) =>
    Object.entries(operators).every(([operator, operand]) => fits(valueAt(entity, field), operator, operand)),
  );
}

type Test = (value: unknown, operand: unknown) => boolean;

const tests: Record<string, Test> = {
  eq: (value, operand) => value === operand,
  not: (value, operand) => value !== operand,
  in: (value, operand) => isEmpty(operand) || toList(operand).includes(value),
  notIn: (value, operand) => !toList(operand).includes(value),
  like: (value, operand) =>
    String(value ?? '')
      .toLowerCase()
      .includes(String(operand).toLowerCase()),
  lt: (value, operand) => Number(value) < Number(operand),
  lte: (value, operand) => Number(value) <= Number(operand),
  gt: (value, operand) => Number(value) > Number(operand),
  gte: (value, operand) => Number(value) >= Number(operand),
  from: (value, operand) => Date.parse(String(value)) >= Date.parse(String(operand)),
  to: (value, operand) => Date.parse(String(value)) <= Date.parse(String(operand)),
  isNull: (value, operand) => (value === null || value === undefined) === operand,
  isNotNull: (value, operand) => (value !== null && value !== undefined) === operand,
  filter: () => true, // sent empty by BioT's own portal
};

function fits(value: unknown, operator: string, operand: unknown): boolean {
  const test = Object.hasOwn(tests, operator) ? tests[operator] : undefined;
  if (test) return test(value, operand);
  throw new BiotError({ status: 400, code: 'BAD_REQUEST', message: `Unknown search operator ${operator}` });
}

const toList = (operand: unknown): unknown[] => (Array.isArray(operand) ? operand : [operand]);

const isEmpty = (operand: unknown): boolean => Array.isArray(operand) && operand.length === 0;

/** The value at a dotted name like `_name.firstName`. */
function valueAt(entity: Entity, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | null | undefined)?.[part], entity);
}

function compareBy(a: Entity, b: Entity, sort: { prop: string; order?: string }[]): number {
  const orders = sort.map(({ prop, order }) => {
    const [left, right] = [String(valueAt(a, prop) ?? ''), String(valueAt(b, prop) ?? '')];
    const ascending = Number(left > right) - Number(left < right);
    return order === 'ASC' ? ascending : -ascending;
  });
  return orders.find((order) => order !== 0) ?? 0;
}
