import { randomHex } from '../randomHex.ts';

/** X-Ray's form of a W3C trace id, as in `_X_AMZN_TRACE_ID`: the same 32 digits, not sampled. */
export function toXrayTraceId(traceId: string): string {
  const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  return `Root=${root};Parent=${randomHex(8)};Sampled=0;Lineage=1:${traceId.slice(0, 8)}:0`;
}
