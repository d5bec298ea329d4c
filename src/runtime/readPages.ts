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

/** All pages in turn, each with the limit that the request names. */
export async function* readPages<Item>(
  search: (request: SearchRequest) => Promise<SearchPage<Item>>,
  request: SearchRequest = {},
): AsyncGenerator<Item[]> {
  const limit = request.limit ?? DEFAULT_LIMIT;
  for (let page = request.page ?? 0; ; page++) {
    const { data, metadata } = await search({ ...request, limit, page });
    if (data.length > 0) yield data;
    const total = metadata?.page?.totalResults;
    const isLast = total === undefined ? data.length < limit : total <= (page + 1) * limit;
    if (isLast || data.length === 0) return;
  }
}
