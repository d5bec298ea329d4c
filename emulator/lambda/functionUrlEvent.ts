/** An HTTP request as a function URL receives it. `url` begins after the URL's own prefix. */
export type UrlRequest = {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  sourceIp: string;
  urlId: string;
  requestId: string;
  /** W3C trace id of the call, 32 hex digits. */
  traceId: string;
};

/** Payload format 2.0 as recorded on AWS: absent keys are left out, header names are lower case. */
export function toFunctionUrlEvent(request: UrlRequest, now: Date): object {
  const { method, url, body, sourceIp, urlId, requestId } = request;
  const [path = '/', rawQueryString = ''] = splitOnce(url, '?');
  const host = `${urlId}.lambda-url.us-east-1.on.aws`;
  const headers = toEventHeaders(request, host);
  const query = toQuery(rawQueryString);
  const cookies = headers.cookie?.split(/; */);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString,
    ...(cookies && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: 'anonymous',
      apiId: urlId,
      domainName: host,
      domainPrefix: urlId,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: toCommonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...toEventBody(body, headers['content-type']),
  };
}

const NOT_PASSED_ON = new Set([
  ...[
    'connection',
    'host',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
]);

function toEventHeaders({ headers, sourceIp, traceId }: UrlRequest, host: string): Record<string, string> {
  const sent = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !NOT_PASSED_ON.has(name),
  );
  return {
    ...Object.fromEntries(
      sent.map(([name, value]) => [name, [value].flat().join(name === 'cookie' ? '; ' : ',')]),
    ),
    host,
    'x-amzn-tls-version': 'TLSv1.3',
    'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
    'x-amzn-trace-id': `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
}

/** Text types come as text; everything else, also a body without a type, as base64. */
function toEventBody(body: Buffer, type = ''): object {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml))/i.test(
    type,
  );
  return isText
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

function toQuery(rawQueryString: string): Record<string, string> | undefined {
  if (!rawQueryString) return undefined;
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  }
  return query;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Like `19/Nov/2025:10:22:59 +0000`. */
function toCommonLogTime(now: Date): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
