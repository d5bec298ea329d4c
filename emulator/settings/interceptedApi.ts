import { interceptableApis } from '../catalogue.ts';

/** An API, and which of its calls: those with these values in their path. */
export type InterceptedApi = { apiId: string; pathFilters?: Record<string, string> };

const routes = interceptableApis.map(({ apiId }) => ({ apiId, parts: apiId.split('/') }));
const apiIds = new Set(interceptableApis.map(({ apiId }) => apiId));

/**
 * The API that a plugin's `apiId` means; a concrete value may stand in the place of a path parameter, as in
 * `POST/device/v2/devices/templates/DeviceType1`. Undefined when there is none.
 */
export function findInterceptedApi(apiId: string): InterceptedApi | undefined {
  if (apiIds.has(apiId)) return { apiId };
  const written = apiId.split('/');
  const found = routes
    .filter(({ parts }) => parts.length === written.length)
    .map((route) => ({ apiId: route.apiId, pathFilters: toPathFilters(route.parts, written) }))
    .filter((api): api is Required<InterceptedApi> => api.pathFilters !== undefined);
  // The one with the fewest parameters is meant, as in any router.
  return found.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
}

const sizeOf = ({ apiId }: InterceptedApi): number => apiId.split('{').length;

function toPathFilters(parts: string[], written: string[]): Record<string, string> | undefined {
  const differing = parts.map((part, i) => [part, written[i] ?? ''] as const).filter(([a, b]) => a !== b);
  const isNarrowed = differing.every(([part, value]) => part.startsWith('{') && /^[^{}]+$/.test(value));
  return isNarrowed
    ? Object.fromEntries(differing.map(([part, value]) => [part.slice(1, -1), value]))
    : undefined;
}
