import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Invocation } from '../openInvocations.ts';
import type { OpenSpan, Traces } from '../traces.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The call in its trace. */
    apiSpan: OpenSpan | null;
    /** Empty until it is known. */
    apiId: string;
  }
}

/** The span id in the `traceparent` header. */
export const callerSpanIdOf = ({ headers }: FastifyRequest): string =>
  String(headers.traceparent).split('-')[2] ?? '';

/** Each call of the application has a span in its trace, which ends when it is answered: also one without a token. */
export function recordCalls(app: FastifyInstance, traces: Traces): void {
  app.decorateRequest('apiSpan', null);
  app.decorateRequest('apiId', '');
  app.addHook('onSend', async (request, reply) => {
    const span = request.apiSpan ?? startApiSpan(traces, request);
    const { apiId } = request;
    span.end({ ...(apiId && { apiId }), status: reply.statusCode });
  });
}

/**
 * The call in its trace: within what the header it came with says, or, when a plugin put a span of its own there,
 * within what that plugin does just then.
 */
export function startApiSpan(
  traces: Traces,
  request: FastifyRequest,
  { plugin, ...facts }: { caller?: string; plugin?: string } = {},
): OpenSpan {
  const { traceId, method, url } = request;
  const parentId = findParent(traces, request, plugin);
  const name = `${method} ${url.split('?')[0]}`;
  const span = traces.start(traceId, { kind: 'API', name, ...(parentId && { parentId }), ...facts });
  request.apiSpan = span;
  return span;
}

function findParent(traces: Traces, request: FastifyRequest, plugin: string | undefined): string | undefined {
  const { traceId } = request;
  const callerSpanId = callerSpanIdOf(request);
  if (traces.hasSpan(traceId, callerSpanId)) return callerSpanId;
  if (plugin === undefined) return undefined;
  const invocations = traces.openInvocations(plugin);
  const keptIn = traces.resolve(traceId) ?? joinInvocation(traces, traceId, invocations);
  const [first, ...others] = invocations.filter((invocation) => invocation.traceId === keptIn);
  return others.length === 0 ? first?.spanId : undefined; // of several nobody knows which it was
}

/**
 * A plugin makes up a trace for an event that came without one, like a scheduled one. Its call comes of the only
 * invocation of it that goes on, as its other environments are frozen; of several nobody knows which it was.
 */
function joinInvocation(
  traces: Traces,
  traceId: string,
  [only, ...others]: Invocation[],
): string | undefined {
  if (!only || others.length > 0) return undefined;
  traces.join(traceId, only.traceId);
  return only.traceId;
}
