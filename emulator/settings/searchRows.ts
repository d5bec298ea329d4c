import { BiotError } from '../biotError.ts';
import { parseSearchRequest, type SearchRequest, searchEntities } from '../search.ts';
import type { Entity } from '../state.ts';
import { toText } from '../toText.ts';

type Fields = { fields: readonly string[]; sort: { prop: string; order: 'ASC' | 'DESC' } };

/**
 * A search by the documented fields only: what BioT does with others is not published, so they are refused here.
 * @throws BiotError 400
 */
export function searchRows(rows: Entity[], searchRequest: string | undefined, known: Fields) {
  const request = parseSearchRequest(searchRequest);
  const unknown = fieldsOf(request).find((field) => !known.fields.includes(field));
  if (unknown === undefined) return searchEntities(rows, { ...request, sort: sortOf(request, known) });
  const message = `${unknown} is no field of this search: it has ${known.fields.join(', ')}`;
  throw new BiotError({ status: 400, code: 'BAD_REQUEST', message });
}

const sortOf = ({ sort }: SearchRequest, known: Fields) =>
  Array.isArray(sort) && sort.length === 0 ? [known.sort] : (sort ?? [known.sort]);

function fieldsOf({ filter, sort }: SearchRequest): string[] {
  const sorted = Array.isArray(sort) ? sort.map((order) => toText(order?.prop)) : [];
  return [...fieldsOfFilter(filter), ...sorted];
}

/** `$AND`, `$OR` and `$NOT` hold filters of their own. */
function fieldsOfFilter(filter: unknown): string[] {
  if (typeof filter !== 'object' || filter === null) return [];
  return Object.entries(filter).flatMap(([field, operators]) =>
    field.startsWith('$') ? fieldsOfFilter(operators?.filter) : [field],
  );
}
