import { toFunctionUrlEvent, type UrlRequest } from '../../../emulator/lambda/functionUrlEvent.ts';
import type { Json } from '../../builders/emulator.ts';

const URL_ID = 'a'.repeat(32);
const HOST = `${URL_ID}.lambda-url.us-east-1.on.aws`;
const NOW = new Date('2025-11-09T10:22:59.363Z');

const urlRequest = (overrides: Partial<UrlRequest> = {}): UrlRequest => ({
  method: 'POST',
  url: '/',
  headers: {},
  body: Buffer.alloc(0),
  sourceIp: '192.0.2.44',
  urlId: URL_ID,
  requestId: '0c0f1f5e-2f5c-4c5e-9f0b-0d5a4e9a8f11',
  traceId: '691d9a7ec2ebb8ad236b56d739c4c17f',
  ...overrides,
});

const toEvent = (overrides: Partial<UrlRequest> = {}) =>
  toFunctionUrlEvent(urlRequest(overrides), NOW) as Json & { headers: Record<string, string> };

const serviceHeaders = {
  host: HOST,
  'x-amzn-tls-version': 'TLSv1.3',
  'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
  'x-amzn-trace-id': 'Root=1-691d9a7e-c2ebb8ad236b56d739c4c17f',
  'x-forwarded-for': '192.0.2.44',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
};

describe('toFunctionUrlEvent', () => {
  it('makes the event of payload format 2.0', () => {
    const event = toEvent({
      url: '/status?a=1',
      headers: { 'content-type': 'application/json', 'user-agent': 'curl/8', connection: 'keep-alive' },
      body: Buffer.from('{"a":"ä"}'),
    });

    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/status',
      rawQueryString: 'a=1',
      headers: { 'content-type': 'application/json', 'user-agent': 'curl/8', ...serviceHeaders },
      queryStringParameters: { a: '1' },
      requestContext: {
        accountId: 'anonymous',
        apiId: URL_ID,
        domainName: HOST,
        domainPrefix: URL_ID,
        http: {
          method: 'POST',
          path: '/status',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.44',
          userAgent: 'curl/8',
        },
        requestId: '0c0f1f5e-2f5c-4c5e-9f0b-0d5a4e9a8f11',
        routeKey: '$default',
        stage: '$default',
        time: '09/Nov/2025:10:22:59 +0000',
        timeEpoch: NOW.getTime(),
      },
      body: '{"a":"ä"}',
      isBase64Encoded: false,
    });
  });

  it('leaves out what there is not', () => {
    const event = toEvent();

    expect(Object.keys(event).sort()).toEqual([
      'headers',
      'isBase64Encoded',
      'rawPath',
      'rawQueryString',
      'requestContext',
      'routeKey',
      'version',
    ]);
    expect(event.isBase64Encoded).toBe(false);
  });

  it.each([
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['APPLICATION/JSON', true],
    ['text/plain', true],
    ['text/html; charset=utf-8', true],
    ['application/xml', true],
    ['application/javascript', true],
    ['application/problem+json', true],
    ['application/octet-stream', false],
    ['application/x-www-form-urlencoded', false],
    ['multipart/form-data; boundary=b', false],
    ['image/png', false],
    ['application/pdf', false],
    [undefined, false],
  ])('gives a body of type %s as text: %s', (type, isText) => {
    const body = Buffer.from('Grüße');

    const event = toEvent({ body, headers: { ...(type && { 'content-type': type }) } });

    expect([event.body, event.isBase64Encoded]).toEqual(
      isText ? ['Grüße', false] : [body.toString('base64'), true],
    );
  });

  it('gives cookies as a list and as a header', () => {
    const event = toEvent({ headers: { cookie: 'a=1; b=2' } });

    expect([event.cookies, event.headers.cookie]).toEqual([['a=1', 'b=2'], 'a=1; b=2']);
  });

  it('joins a repeated header by commas', () => {
    const event = toEvent({ headers: { 'x-own': ['1', '2'] } });

    expect(event.headers['x-own']).toBe('1,2');
  });

  it('leaves out what is between two hops only', () => {
    const headers = {
      te: 'trailers',
      trailer: 'x',
      upgrade: 'h2c',
      'transfer-encoding': 'chunked',
      'x-own': '1',
    };

    const event = toEvent({ headers });

    expect(event.headers).toEqual({ ...serviceHeaders, 'x-own': '1' });
  });

  it('has its own x-forwarded headers and host, not those of the caller', () => {
    const headers = { host: '127.0.0.1:4700', 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'http' };

    const event = toEvent({ headers });

    expect(event.headers).toEqual(serviceHeaders);
  });

  it.each<[string, string, string, Json | undefined]>([
    ['/a?x=1&x=2', '/a', 'x=1&x=2', { x: '1,2' }],
    ['/a?x=f%C3%BC+r%20b', '/a', 'x=f%C3%BC+r%20b', { x: 'fü r b' }],
    ['/a?x', '/a', 'x', { x: '' }],
    ['/a?', '/a', '', undefined],
    ['/a?b=c?d=e', '/a', 'b=c?d=e', { b: 'c?d=e' }],
    ['/a%2Fb%20c', '/a%2Fb%20c', '', undefined],
    ['/?toString=1&constructor=2', '/', 'toString=1&constructor=2', { toString: '1', constructor: '2' }],
  ])('splits %s', (url, rawPath, ...[rawQueryString, query]) => {
    const event = toEvent({ url });

    expect([event.rawPath, event.rawQueryString, event.queryStringParameters]).toEqual([
      rawPath,
      rawQueryString,
      query,
    ]);
    expect(event.requestContext).toMatchObject({ http: { path: rawPath } });
  });
});
