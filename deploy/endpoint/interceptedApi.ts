/** An API, and which of its calls: those with these values in their path. */
export type InterceptedApi = { apiId: string; pathFilters?: Record<string, string> };

/**
 * What the dispatcher calls the API that plugin.json names: a concrete value in the place of a path parameter, as in
 * `POST/device/v2/devices/templates/DeviceType1`, is a filter there. One that BioT does not know stays as it is.
 */
export function toInterceptedApi(named: string, apiIds: string[]): InterceptedApi {
  if (apiIds.includes(named)) return { apiId: named };
  const written = named.split('/');
  const fitting = apiIds.flatMap((apiId) => {
    const pathFilters = toPathFilters(apiId.split('/'), written);
    return pathFilters ? [{ apiId, pathFilters }] : [];
  });
  // The one with the fewest parameters is meant, as in any router.
  return fitting.sort((a, b) => countParameters(a) - countParameters(b))[0] ?? { apiId: named };
}

/** The same the other way: as plugin.json names it. Filters that have no place in the path follow it. */
export function toNamedApi({ apiId, pathFilters = {} }: InterceptedApi): string {
  const rest = new Map(Object.entries(pathFilters));
  const parts = apiId.split('/').map((part) => {
    const name = isParameter(part) ? part.slice(1, -1) : '';
    const value = rest.get(name);
    rest.delete(name);
    return value ?? part;
  });
  return [parts.join('/'), ...[...rest].map(([name, value]) => `(${name}=${value})`)].join(' ');
}

const isParameter = (part: string): boolean => /^\{.+\}$/.test(part);

const countParameters = ({ apiId }: InterceptedApi): number => apiId.split('/').filter(isParameter).length;

function toPathFilters(parts: string[], written: string[]): Record<string, string> | undefined {
  if (parts.length !== written.length) return undefined;
  const differing = parts.map((part, i) => [part, written[i] ?? ''] as const).filter(([a, b]) => a !== b);
  const isNarrowed = differing.every(([part, value]) => isParameter(part) && /^[^{}]+$/.test(value));
  return isNarrowed
    ? Object.fromEntries(differing.map(([part, value]) => [part.slice(1, -1), value]))
    : undefined;
}
