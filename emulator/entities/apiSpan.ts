import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OpenSpan, Trace, Traces } from '../traces.ts';

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
  const { spans = [] } =
    traces.find(request.traceId) ?? joinInvocation(traces, request.traceId, plugin) ?? {};
  const callerSpanId = callerSpanIdOf(request);
  if (spans.some(({ id }) => id === callerSpanId)) return callerSpanId;
  if (plugin === undefined) return undefined;
  const open = spans.filter(
    ({ kind, name, ms }) => kind === 'INVOCATION' && name === plugin && ms === undefined,
  );
  return open.length === 1 ? open[0]?.id : undefined; // of several nobody knows which it was
}

/**
 * A plugin makes up a trace for an event that came without one, like a scheduled one. Its call comes of the only
 * invocation of it that goes on, as its other environments are frozen; of several nobody knows which it was.
 */
function joinInvocation(traces: Traces, traceId: string, plugin: string | undefined): Trace | undefined {
  const [into, ...others] = plugin === undefined ? [] : traces.openInvocations(plugin);
  if (into === undefined || others.length > 0) return undefined;
  traces.join(traceId, into);
  return traces.find(into);
}
