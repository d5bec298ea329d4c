import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { State } from '../state.ts';
import type { Traces } from '../traces.ts';
import { toFunctionUrlEvent } from './functionUrlEvent.ts';
import { toUrlResponse, type UrlResponse } from './functionUrlResponse.ts';
import type { Lambda } from './lambda.ts';

const MAX_EVENT_BYTES = 6_291_456;
const HOP_BY_HOP = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

export type FunctionUrlOptions = {
  state: Pick<State, 'plugins'>;
  traces: Traces;
  log(line: string): void;
  invoke: Lambda['invoke'];
};

export const FUNCTION_URL_PREFIX = '/function-url';

/** The function URLs of all plugins: `/function-url/<url id>/…`; `rawPath` begins after the id. */
export const functionUrls: FastifyPluginAsync<FunctionUrlOptions> = async (app, options) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_EVENT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  const route = (request: FastifyRequest, reply: FastifyReply) => answer(options, request, reply);
  app.all(`${FUNCTION_URL_PREFIX}/:urlId`, route);
};

/** What the router sees of a function URL: not its path, which may hold escapes that only the function understands. */
export function toRoutedUrl(url: string): string {
  return url.startsWith(`${FUNCTION_URL_PREFIX}/`) ? url.split(/[/?]/).slice(0, 3).join('/') : url;
}

async function answer(
  options: FunctionUrlOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { urlId } = request.params as { urlId: string };
  const plugin = [...options.state.plugins.values()].find((candidate) => candidate.urlId === urlId);
  if (!plugin)
    return reply.code(403).header('x-amzn-errortype', 'AccessDeniedException').send({ Message: null });

  const requestId = randomUUID();
  const event = toEvent(request, { urlId, requestId });
  const text = JSON.stringify(event);
  if (Buffer.byteLength(text) > MAX_EVENT_BYTES) {
    return reply.code(413).send({ Message: `Request must be smaller than ${MAX_EVENT_BYTES} bytes` });
  }
  const span = options.traces.start(request.traceId, {
    kind: 'INVOCATION',
    name: plugin.config.name,
    parentId: spanIdOf(request),
    requestId,
  });
  const invoked = await options.invoke(plugin, text, { requestId, traceId: request.traceId });
  if (!invoked) span.end({ status: 429 });
  if (!invoked) return reply.code(429).send({ Type: 'User', message: 'Rate Exceeded.' });

  const response = toUrlResponse(invoked.outcome);
  // The caller is told nothing of it, as on Lambda: why is in the log.
  if (!invoked.outcome.ok) options.log(`[${plugin.config.name}] ${invoked.outcome.payload}`);
  span.end({ status: response.status, coldStart: invoked.coldStart });
  return send(reply, response, requestId);
}

function toEvent(
  request: FastifyRequest,
  { urlId, requestId }: { urlId: string; requestId: string },
): object {
  const url = request.originalUrl.slice(`${FUNCTION_URL_PREFIX}/${urlId}`.length);
  const { method, ip: sourceIp } = request;
  const headers = request.raw.headersDistinct;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const path = url.startsWith('/') ? url : `/${url}`;
  return toFunctionUrlEvent({ method, url: path, headers, body, sourceIp, urlId, requestId }, new Date());
}

function send(
  reply: FastifyReply,
  { status, headers, cookies, body }: UrlResponse,
  requestId: string,
): FastifyReply {
  const own = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  reply.code(status).headers({ ...Object.fromEntries(own), 'x-amzn-requestid': requestId });
  for (const cookie of cookies) reply.header('set-cookie', cookie);
  return reply.send(body);
}

const spanIdOf = ({ headers }: FastifyRequest): string => String(headers.traceparent).split('-')[2] ?? '';
