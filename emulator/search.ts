import { BiotError } from './biotError.ts';
import { compileFilter, type Filter } from './searchFilter.ts';
import type { Entity } from './state.ts';
import { toText } from './toText.ts';
import { valuesAt } from './valuesAt.ts';

const DEFAULT_LIMIT = 100;

export type Order = { prop: string; order?: string };

/** What is null is as if it were absent, as for any program in Java that reads it. */
export type SearchRequest = {
  filter?: Filter | null;
  sort?: Order[] | null;
  freeTextSearch?: string | null;
  limit?: number | null;
  page?: number | null;
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

/**
 * Filtered, sorted, and cut to one page, in BioT's answer. Newest first unless told otherwise: by `_creationTime`, or
 * by what the service calls it. Entities are to come in the order they were made.
 * @throws BiotError 400 for what BioT's schema does not allow
 */
export function searchEntities(
  entities: Entity[],
  request: SearchRequest,
  creationTime = '_creationTime',
): { data: Entity[]; metadata: unknown } {
  const { limit, page } = readPage(request);
  const sort = readSort(request.sort);
  const fits = compileFilter(request.filter);
  const hasWord = compileFreeText(request.freeTextSearch);

  const found = entities.filter((entity) => fits(entity) && hasWord(entity));
  const sorted = sortBy(sort ? found : found.reverse(), sort ?? [{ prop: creationTime, order: 'DESC' }]);

  return {
    data: sorted.slice(page * limit, (page + 1) * limit),
    metadata: {
      sort: sort ?? [{ prop: creationTime, order: 'DESC' }],
      filter: request.filter ?? {},
      page: { totalResults: found.length, page, limit },
      ...(request.freeTextSearch && { freeTextSearch: request.freeTextSearch }),
    },
  };
}

function readPage(request: SearchRequest): { limit: number; page: number } {
  const limit = request.limit ?? DEFAULT_LIMIT;
  const page = request.page ?? 0;
  if (!Number.isInteger(limit) || limit < 1) throw badRequest('limit must be a whole number from 1 on');
  if (!Number.isInteger(page) || page < 0) throw badRequest('page must be a whole number from 0 on');
  return { limit, page };
}

/** Undefined for no sort at all. */
function readSort(sort: unknown): Order[] | undefined {
  if (sort === null || sort === undefined) return undefined;
  if (!Array.isArray(sort) || !sort.every(isOrder))
    throw badRequest('sort must be a list like [{"prop":"_creationTime","order":"ASC"}], order ASC or DESC');
  return sort.length > 0 ? sort : undefined;
}

const isOrder = (item: unknown): item is Order => {
  const { prop, order } = (item ?? {}) as { prop?: unknown; order?: unknown };
  return (
    typeof prop === 'string' && (order === undefined || order === null || order === 'ASC' || order === 'DESC')
  );
};

/** Each entity's values are looked up once and not at each comparison. */
function sortBy(entities: Entity[], sort: Order[]): Entity[] {
  const lookups = sort.map(({ prop }) => valuesAt(prop));
  const directions = sort.map(({ order }) => (order === 'ASC' ? 1 : -1));
  const keyed = entities.map((entity) => ({ entity, keys: lookups.map((lookup) => lookup(entity)[0]) }));
  keyed.sort((a, b) => {
    for (const [index, direction] of directions.entries()) {
      const order = compareValues(a.keys[index], b.keys[index]);
      if (order !== 0) return order * direction;
    }
    return 0;
  });
  return keyed.map(({ entity }) => entity);
}

/** Numbers by their value, all else as text; what has no value comes first. */
function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [toText(left ?? ''), toText(right ?? '')];
  return Number(a > b) - Number(a < b);
}

/** Any of the words, anywhere in the entity but in its dates. */
function compileFreeText(text: unknown): (entity: Entity) => boolean {
  if (text !== null && text !== undefined && typeof text !== 'string')
    throw badRequest('freeTextSearch must be a text');
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? () => true : (entity) => hasAnyWord(entity, words);
}

const DATE = /^\d{4}-\d\d-\d\d(T|$)/;

function hasAnyWord(value: unknown, words: string[]): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((part) => hasAnyWord(part, words));
  if (value === null || value === undefined) return false;
  const text = String(value).toLowerCase();
  return !DATE.test(text) && words.some((word) => text.includes(word));
}
