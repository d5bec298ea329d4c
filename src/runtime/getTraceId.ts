import { randomBytes } from 'node:crypto';
import { type LambdaEvent, readHeader } from './event.ts';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
const NO_TRACE = '0'.repeat(32);

/** The W3C trace id (32 hex digits) of the event, or a new one. Never throws: an unreadable event is logged too. */
export function getTraceId(event: LambdaEvent): string {
  const traceId = TRACEPARENT.exec(readHeader(event, 'traceparent')?.trim().toLowerCase() ?? '')?.[1];
  return traceId && traceId !== NO_TRACE ? traceId : randomBytes(16).toString('hex');
}

/** The header for the next hop: the same trace, a span of our own, not sampled (as BioT sends it). */
export function toTraceparent(traceId: string): string {
  return `00-${traceId}-${randomBytes(8).toString('hex')}-00`;
}
