import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Plugin, State } from '../state.ts';
import type { Traces } from '../traces.ts';
import { isPreflight, toCorsHeaders, toPreflightHeaders } from './cors.ts';
import { createFindByUrl } from './findByUrl.ts';
import { toFunctionUrlEvent } from './functionUrlEvent.ts';
import { MAX_EVENT_BYTES, refuse } from './functionUrlRefusals.ts';
import { toUrlResponse, type UrlResponse } from './functionUrlResponse.ts';
import type { Lambda } from './lambda.ts';
import { toXrayTraceId } from './xrayTraceId.ts';

export type FunctionUrlOptions = {
  state: Pick<State, 'plugins'>;
  traces: Traces;
  log(line: string): void;
  invoke: Lambda['invoke'];
};

export const FUNCTION_URL_PREFIX = '/function-url';

/** The function URLs of all plugins: `/function-url/<url id>/…`; `rawPath` begins after the id. */
export const functionUrls: FastifyPluginAsync<FunctionUrlOptions> = async (app, options) => {
  const find = createFindByUrl(options.state);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_EVENT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, _request, reply) => {
    if ((error as { statusCode?: number }).statusCode === 413) return refuse(reply, 'TOO_LARGE');
    throw error;
  });
  app.all<{ Params: { urlId: string } }>(`${FUNCTION_URL_PREFIX}/:urlId`, (request, reply) => {
    const plugin = find(request.params.urlId);
    if (!plugin) return refuse(reply, 'UNKNOWN');
    const { cors } = plugin.config;
    if (!isPreflight(cors, request.method, request.headers))
      return answer(options, plugin, { request, reply });
    return reply.headers(toPreflightHeaders(cors, request.headers)).send();
  });
};

/** What the router sees of a function URL: not its path, which may hold escapes that only the function understands. */
export function toRoutedUrl(url: string): string {
  return url.startsWith(`${FUNCTION_URL_PREFIX}/`) ? url.split(/[/?]/).slice(0, 3).join('/') : url;
}

type Call = { request: FastifyRequest; reply: FastifyReply };

async function answer(
  options: FunctionUrlOptions,
  plugin: Plugin,
  { request, reply }: Call,
): Promise<FastifyReply> {
  const { config, urlId } = plugin;
  const ids = { requestId: randomUUID(), traceId: request.traceId };
  const text = JSON.stringify(toEvent(request, { urlId, ...ids }));
  if (Buffer.byteLength(text) > MAX_EVENT_BYTES) return refuse(reply, 'TOO_LARGE');
  const span = options.traces.start(request.traceId, {
    kind: 'INVOCATION',
    name: config.name,
    parentId: spanIdOf(request),
    requestId: ids.requestId,
  });
  const invoked = await options.invoke(plugin, text, ids);
  if (!invoked) span.end({ status: 429 });
  if (!invoked) return refuse(reply, 'THROTTLED');

  const response = toUrlResponse(invoked.outcome);
  // The caller is told nothing of it, as on Lambda: why is in the log.
  if (!invoked.outcome.ok) options.log(`[${config.name}] ${invoked.outcome.payload}`);
  span.end({ status: response.status, coldStart: invoked.coldStart });
  const added = { 'x-amzn-requestid': ids.requestId, 'x-amzn-trace-id': toXrayTraceId(ids.traceId) };
  reply.headers(toSentHeaders(response, toCorsHeaders(config.cors, request.headers))).headers(added);
  return reply.code(response.status).send(response.body);
}

function toEvent(
  request: FastifyRequest,
  ids: { urlId: string; requestId: string; traceId: string },
): object {
  const url = request.originalUrl.slice(`${FUNCTION_URL_PREFIX}/${ids.urlId}`.length);
  const { method, ip: sourceIp } = request;
  const headers = request.raw.headersDistinct;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const path = url.startsWith('/') ? url : `/${url}`;
  return toFunctionUrlEvent({ method, url: path, headers, body, sourceIp, ...ids }, new Date());
}

const HOP_BY_HOP = new Set([
  ...['connection', 'content-length', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

/** The front's CORS headers do not replace the function's: both are sent, and a browser refuses that. */
function toSentHeaders(
  { headers, cookies }: UrlResponse,
  cors: Record<string, string>,
): Record<string, string | string[]> {
  const sent = new Map<string, string | string[]>(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)),
  );
  for (const [name, value] of Object.entries(cors)) sent.set(name, [sent.get(name) ?? [], value].flat());
  if (cookies.length > 0) sent.set('set-cookie', [sent.get('set-cookie') ?? [], cookies].flat());
  return Object.fromEntries(sent);
}

const spanIdOf = ({ headers }: FastifyRequest): string => String(headers.traceparent).split('-')[2] ?? '';
