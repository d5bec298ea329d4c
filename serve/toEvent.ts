import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Of an event's JSON, all that stands around the body included; Lambda's limit. */
export const MAX_EVENT_BYTES = 6_291_456;

/** The request as Lambda's function URL hands it to a handler, payload format 2.0. Keys without a value are left out. */
export function toEvent(request: IncomingMessage, body: Buffer, requestId: string): object {
  const { method = 'GET', url = '/' } = request;
  const { rawPath, rawQueryString } = splitUrl(url);
  const headers = toHeaders(request);
  const { host = '' } = headers;
  const domainPrefix = host.split('.')[0] ?? '';
  const cookies = headers.cookie?.split(/; */);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(rawQueryString && { queryStringParameters: toQuery(rawQueryString) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: domainPrefix,
      domainName: host,
      domainPrefix,
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        // The last is what the proxy itself saw; what stands before it may be the client's own words.
        sourceIp: headers['x-forwarded-for']?.split(',').at(-1)?.trim() ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: toCommonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...toBody(body, headers['content-type']),
  };
}

/** A client may write all of the address there, as to a proxy: a path it is for the handler all the same. */
function splitUrl(url: string): { rawPath: string; rawQueryString: string } {
  const [path = '', ...query] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '').split('?');
  return { rawPath: path.startsWith('/') ? path : `/${path}`, rawQueryString: query.join('?') };
}

const OF_THE_CONNECTION = new Set([
  ...[
    'connection',
    'expect',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
]);

/** Lower-case names, repeated ones joined. A client's own `x-forwarded-…` counts only where a proxy wrote it. */
function toHeaders({ headersDistinct, socket }: IncomingMessage): Record<string, string> {
  const sent = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    OF_THE_CONNECTION.has(name) ? [] : [[name, values.join(name === 'cookie' ? '; ' : ',')] as const],
  );
  const forwarded = {
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-port': String(socket.localPort ?? ''),
    'x-forwarded-proto': 'https',
  };
  const received = Object.fromEntries(sent);
  const traced = { 'x-amzn-trace-id': `Root=1-${toHex(4)}-${toHex(12)}` };
  if (!isTls(socket)) return { ...traced, ...forwarded, ...received };
  return {
    ...received,
    ...traced,
    ...forwarded,
    'x-amzn-tls-version': socket.getProtocol() ?? '',
    'x-amzn-tls-cipher-suite': socket.getCipher().standardName,
  };
}

const isTls = (socket: object): socket is TLSSocket => 'getCipher' in socket;

const toHex = (bytes: number): string => randomBytes(bytes).toString('hex');

const TEXT_TYPE = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i;

/** Text types as text; everything else, a body without a type too, as base64. */
function toBody(body: Buffer, contentType = ''): object {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = TEXT_TYPE.test(contentType);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function toQuery(rawQueryString: string): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(query);
}

/** Like `19/Nov/2025:10:22:59 +0000`. */
function toCommonLogTime(now: Date): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
