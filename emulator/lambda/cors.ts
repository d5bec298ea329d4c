import type { PluginConfig } from '../state.ts';

export type Cors = PluginConfig['cors'];

export type CorsHeaders = Record<string, string>;

type RequestHeaders = Record<string, string | string[] | undefined>;

/** Does a browser ask whether it may call? The function never sees it. */
export function isPreflight(cors: Cors, method: string, headers: RequestHeaders): boolean {
  const asks = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
  return isConfigured(cors) && method === 'OPTIONS' && asks;
}

/** Empty for an origin that may not. */
export function toPreflightHeaders(cors: Cors, { origin }: RequestHeaders): CorsHeaders {
  const allowed = allowedOrigin(cors, origin);
  if (!allowed) return {};
  return {
    'access-control-allow-origin': allowed,
    ...(cors.allowMethods.length > 0 && { 'access-control-allow-methods': cors.allowMethods.join(',') }),
    ...(cors.allowHeaders.length > 0 && { 'access-control-allow-headers': cors.allowHeaders.join(',') }),
    ...varyByOrigin(allowed),
  };
}

/** Of the answer to a call that a browser makes for a page of another origin. */
export function toCorsHeaders(cors: Cors, { origin }: RequestHeaders): CorsHeaders {
  const allowed = allowedOrigin(cors, origin);
  if (!allowed) return {};
  const exposed = cors.exposeHeaders.join(',');
  return {
    'access-control-allow-origin': allowed,
    ...(exposed && { 'access-control-expose-headers': exposed }),
    ...varyByOrigin(allowed),
  };
}

const isConfigured = ({ allowOrigins }: Cors): boolean => allowOrigins.length > 0;

function allowedOrigin({ allowOrigins }: Cors, origin: RequestHeaders[string]): string | undefined {
  if (typeof origin !== 'string') return undefined;
  if (allowOrigins.includes('*')) return '*';
  return allowOrigins.includes(origin) ? origin : undefined;
}

const varyByOrigin = (allowed: string): CorsHeaders => (allowed === '*' ? {} : { vary: 'Origin' });
