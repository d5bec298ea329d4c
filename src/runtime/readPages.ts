import { PluginError } from './errors.ts';

const DEFAULT_LIMIT = 100;

/** BioT's search request; operators and fields as in its documentation. */
export type SearchRequest = {
  filter?: Record<string, unknown>;
  sort?: { prop: string; order?: 'ASC' | 'DESC' }[];
  freeTextSearch?: string;
  limit?: number;
  page?: number;
};

export type SearchPage<Item> = {
  data: Item[];
  metadata?: { page?: { totalResults?: number; page?: number; limit?: number } };
};

/**
 * All pages in turn, each with the limit that the request names.
 * @throws PluginError CALL_TO_API_FAILED for an answer that is no page
 */
export async function* readPages<Item>(
  search: (request: SearchRequest) => Promise<SearchPage<Item>>,
  request: SearchRequest = {},
): AsyncGenerator<Item[]> {
  const limit = request.limit ?? DEFAULT_LIMIT;
  for (let page = request.page ?? 0; ; page++) {
    const found = toPage(await search({ ...request, limit, page }));
    if (found.data.length > 0) yield found.data;
    if (found.data.length === 0 || isLast(found, { page, limit })) return;
  }
}

/** BioT may give fewer at a time than it is asked for, and says so. */
function isLast({ data, metadata }: SearchPage<unknown>, asked: { page: number; limit: number }): boolean {
  const { totalResults: total, limit: given } = metadata?.page ?? {};
  const limit = typeof given === 'number' && given > 0 ? given : asked.limit;
  return typeof total === 'number' ? total <= (asked.page + 1) * limit : data.length < limit;
}

// What BioT answers is what it says to be, or its call has failed.
function toPage<Item>(answer: Partial<SearchPage<Item>> | null): SearchPage<Item> {
  const { data, metadata } = answer ?? {};
  if (!Array.isArray(data)) throw new PluginError('CALL_TO_API_FAILED');
  return { data, ...(metadata && { metadata }) };
}
