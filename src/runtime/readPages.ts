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
    const { data, metadata } = toPage(await search({ ...request, limit, page }));
    if (data.length > 0) yield data;
    const total = metadata?.page?.totalResults;
    const isLast = typeof total === 'number' ? total <= (page + 1) * limit : data.length < limit;
    if (isLast || data.length === 0) return;
  }
}

// What BioT answers is what it says to be, or its call has failed.
function toPage<Item>(answer: Partial<SearchPage<Item>> | null): SearchPage<Item> {
  const { data, metadata } = answer ?? {};
  if (!Array.isArray(data)) throw new PluginError('CALL_TO_API_FAILED');
  return { data, ...(metadata && { metadata }) };
}
