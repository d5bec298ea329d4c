import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomHex } from './randomHex.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C trace id of the call, 32 hex digits. */
    traceId: string;
  }
}

/** Each call gets the trace of its `traceparent` header, or a new one; the answer carries it back. */
export function traceCalls(app: FastifyInstance): void {
  app.decorateRequest('traceId', '');
  app.addHook('onRequest', async (request, reply) => {
    startTrace(request, reply);
  });
}

/** Gives the call its trace, which is returned too. */
export function startTrace(request: FastifyRequest, reply: FastifyReply): string {
  const header = String(request.headers.traceparent ?? '');
  request.traceId = /^00-(?!0{32})([0-9a-f]{32})-/.exec(header)?.[1] ?? randomHex(16);
  reply.header('traceparent', toTraceparent(request.traceId));
  return request.traceId;
}

/** The header for the next hop of a trace; BioT sends the flags 00. */
export function toTraceparent(traceId: string, spanId = randomHex(8)): string {
  return `00-${traceId}-${spanId}-00`;
}
