import {
  type Json,
  sendRaw,
  startTestEmulator,
  type TestEmulator,
  TRACEPARENT,
  UUID,
} from '../../builders/emulator.ts';

const MAX_EVENT_BYTES = 6_291_456;
const MAX_RESPONSE_BYTES = 6_291_556;
const TEXT = { 'content-type': 'text/plain' };

let biot: TestEmulator;
let echo: string;
let returner: string;
let constant: string;

beforeAll(async () => {
  biot = await startTestEmulator();
  const [echoing, returning, answering] = await Promise.all([
    biot.deploy({ name: 'echo', code: 'exports.handler = async (event) => event;' }),
    biot.deploy({ name: 'returner', code: 'exports.handler = async ({ body }) => JSON.parse(body);' }),
    biot.deploy({ name: 'constant', code: 'exports.handler = async () => ({ statusCode: 200 });' }),
  ]);
  echo = new URL(echoing.endpointUrl).pathname;
  returner = returning.endpointUrl;
  constant = answering.endpointUrl;
});

afterAll(() => biot.close());

/** What the plugin gets of such a call. */
const eventOf = async (path: string, call: Parameters<typeof sendRaw>[2] = {}) =>
  (await sendRaw(biot.baseUrl, echo.replace(/\/$/, '') + path, call)).body as Json & {
    headers: Record<string, string>;
  };

/** What the caller gets when the plugin returns this. */
const answerTo = (result: unknown) =>
  fetch(returner, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(result),
  });

describe('the event', () => {
  it('is of payload format 2.0', async () => {
    const urlId = echo.split('/').at(-2);
    const host = `${urlId}.lambda-url.us-east-1.on.aws`;
    const before = Date.now();

    const event = await eventOf('/some/path?a=1', {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'test/1', Accept: '*/*', 'X-Own': 'Mine' },
      body: Buffer.from('{"a":"ä"}'),
    });

    const { timeEpoch } = event.requestContext as { timeEpoch: number };
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/some/path',
      rawQueryString: 'a=1',
      headers: {
        'content-type': 'application/json',
        'content-length': '10',
        'user-agent': 'test/1',
        accept: '*/*',
        'x-own': 'Mine',
        host,
        'x-amzn-tls-version': 'TLSv1.3',
        'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256',
        'x-amzn-trace-id': expect.stringMatching(/Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { a: '1' },
      requestContext: {
        accountId: 'anonymous',
        apiId: urlId,
        domainName: host,
        domainPrefix: urlId,
        http: {
          method: 'PUT',
          path: '/some/path',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
        requestId: UUID,
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"a":"ä"}',
      isBase64Encoded: false,
    });
    expect(timeEpoch - before).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['', '/', ''],
    ['/', '/', ''],
    ['?a=1', '/', 'a=1'],
    ['/?a=1', '/', 'a=1'],
    ['/a//b/', '/a//b/', ''],
    ['/a/../b', '/a/../b', ''],
    ['/a%2Fb%20c', '/a%2Fb%20c', ''],
    ['/%F', '/%F', ''],
  ])('has of the path %j after the prefix the rawPath %j', async (path, rawPath, rawQueryString) => {
    const event = await eventOf(path);

    expect([event.rawPath, event.rawQueryString]).toEqual([rawPath, rawQueryString]);
  });

  it('joins the lines of a repeated header by a comma alone', async () => {
    const { headers } = await eventOf('/', { headers: { 'x-own': ['1', '2'], accept: ['a/b', 'c/d'] } });

    expect([headers['x-own'], headers.accept]).toEqual(['1,2', 'a/b,c/d']);
  });

  it('has the cookies of all lines, both as list and as header', async () => {
    const event = await eventOf('/', { headers: { cookie: ['a=1', 'b=2; c=3'] } });

    expect([event.cookies, event.headers.cookie]).toEqual([['a=1', 'b=2', 'c=3'], 'a=1; b=2; c=3']);
  });

  it.each<[string, Record<string, string>]>([
    ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['of bytes', { 'content-type': 'application/octet-stream' }],
    ['without a type', {}],
  ])('has a body %s in base64', async (_name, headers) => {
    const body = Buffer.from([0, 255, 128, 97]);

    const event = await eventOf('/', { method: 'POST', headers, body });

    expect([event.body, event.isBase64Encoded]).toEqual([body.toString('base64'), true]);
  });

  it.each(['GET', 'DELETE', 'PATCH', 'OPTIONS'])('comes for %s too, without a body', async (method) => {
    const event = await eventOf('/', { method });

    expect(event).toMatchObject({ isBase64Encoded: false, requestContext: { http: { method } } });
    expect(event).not.toHaveProperty('body');
  });
});

describe('the answer', () => {
  it('has the status, headers, cookies and body of the result', async () => {
    const answer = await answerTo({
      statusCode: 418,
      headers: { 'Content-Type': 'text/html', 'X-Count': 3 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '<p>ä</p>',
    });

    expect([answer.status, await answer.text()]).toEqual([418, '<p>ä</p>']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html',
      'content-length': '9',
      'x-count': '3',
      'x-amzn-requestid': UUID,
    });
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });

  it('has the bytes of a body in base64', async () => {
    const bytes = Buffer.from([0, 255, 128, 97]);

    const answer = await answerTo({
      statusCode: 200,
      headers: { 'content-type': 'image/png' },
      isBase64Encoded: true,
      body: bytes.toString('base64'),
    });

    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  });

  it.each<[string, unknown, number, string]>([
    ['an object', { hello: 'world' }, 200, '{"hello":"world"}'],
    ['a list', [1, 2], 200, '[1,2]'],
    ['a string', 'hello', 200, 'hello'],
    ['null', null, 200, 'null'],
    ['no body', { statusCode: 201 }, 201, ''],
    ['an object as body', { statusCode: 400, body: { a: 1 } }, 400, '{"a":1}'],
  ])('for %s is JSON', async (_name, result, ...[status, text]) => {
    const answer = await answerTo(result);

    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      status,
      'application/json',
      text,
    ]);
  });

  it.each([
    ['a content-length', { 'content-length': '3' }],
    ['a transfer-encoding', { 'transfer-encoding': 'chunked' }],
    ['a connection', { connection: 'upgrade' }],
  ])('has its whole body when the result names %s of its own', async (_name, headers) => {
    const answer = await answerTo({ statusCode: 200, headers, body: 'the whole body' });

    expect([answer.status, await answer.text()]).toEqual([200, 'the whole body']);
  });

  it('is 502 when a status cannot be sent', async () => {
    const answer = await answerTo({ statusCode: 'abc' });

    expect([answer.status, await answer.text()]).toEqual([502, 'Internal Server Error']);
  });

  it('has the id of the request that the function saw', async () => {
    const answer = await sendRaw(biot.baseUrl, echo);

    const { requestContext } = answer.body as { requestContext: Json };
    expect(answer.headers['x-amzn-requestid']).toBe(requestContext.requestId);
  });

  it('has no body for HEAD', async () => {
    const answer = await fetch(constant, { method: 'HEAD' });

    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '',
    ]);
  });

  it('has the trace that the function saw', async () => {
    const answer = await sendRaw(biot.baseUrl, echo);

    const { headers } = answer.body as { headers: Record<string, string> };
    const root = headers['x-amzn-trace-id'] as string;
    expect(answer.headers['x-amzn-trace-id']).toMatch(/^Root=1-.*;Parent=[0-9a-f]{16};Sampled=0;Lineage=.+$/);
    expect(answer.headers['x-amzn-trace-id']?.split(';')[0]).toBe(root);
  });

  it('is 502 when the function throws, and nothing of the inside', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'thrower',
      code: "exports.handler = async () => { throw new Error('the inside'); };",
    });

    const answer = await fetch(endpointUrl);

    expect([answer.status, await answer.text()]).toEqual([502, 'Internal Server Error']);
  });

  it('may be as large as six MiB and a hundred bytes, and is 502 beyond', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'large',
      code: "exports.handler = async ({ body }) => 'x'.repeat(Number(body) - 2);",
    });
    const ask = (size: number) => fetch(endpointUrl, { method: 'POST', headers: TEXT, body: String(size) });

    const answers = [
      await ask(MAX_RESPONSE_BYTES),
      await ask(MAX_RESPONSE_BYTES + 1),
      await ask(MAX_RESPONSE_BYTES * 2),
      await ask(3),
    ];

    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([200, 502, 502, 200]);
    expect(texts.map(({ length }) => length)).toEqual([MAX_RESPONSE_BYTES - 2, 21, 21, 1]);
    expect(texts[1]).toBe('Internal Server Error');
  });
});

describe('the front refuses', () => {
  it.each(['', '/', '/some/path'])('an unknown URL, with the path %j, with 403', async (path) => {
    const answer = await sendRaw(biot.baseUrl, `/function-url/${'0'.repeat(32)}${path}`);

    expect([answer.status, answer.headers['x-amzn-errortype'], answer.body]).toEqual([
      403,
      'AccessDeniedException',
      { Message: null },
    ]);
    expect(answer.headers['content-type']).toMatch('application/json');
    expect(answer.headers.traceparent).toEqual(TRACEPARENT);
  });

  it.each([
    ['text', TEXT, MAX_EVENT_BYTES, 413],
    ['text', TEXT, MAX_EVENT_BYTES + 1, 413],
    ['text', TEXT, MAX_EVENT_BYTES - 10_000, 200],
    ['bytes', { 'content-type': 'application/octet-stream' }, 4_800_000, 413],
    ['bytes', { 'content-type': 'application/octet-stream' }, 4_600_000, 200],
  ])(
    'an event over 6,291,456 bytes: %s, %p, of %i bytes with %i',
    async (_name, headers, ...[size, status]) => {
      const answer = await fetch(constant, { method: 'POST', headers, body: 'a'.repeat(size) });

      expect(answer.status).toBe(status);
    },
  );

  it.each([MAX_EVENT_BYTES, MAX_EVENT_BYTES + 1])('a body of %i bytes in Lambda’s words', async (size) => {
    const answer = await sendRaw(biot.baseUrl, new URL(constant).pathname, {
      method: 'POST',
      headers: TEXT,
      body: Buffer.alloc(size, 'a'),
    });

    expect([answer.headers['x-amzn-errortype'], answer.body]).toEqual([
      'RequestEntityTooLargeException',
      {
        Type: 'User',
        message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
      },
    ]);
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://app.example.com';
  const preflight = (url: string, origin = ORIGIN) =>
    sendRaw(biot.baseUrl, new URL(url).pathname, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PUT' },
    });
  const deployed = async (name: string, cors: Json, code = 'exports.handler = async (event) => event;') =>
    (await biot.deploy({ name, code, config: { cors } })).endpointUrl;
  const corsOf = ({ headers }: { headers: Record<string, string> }) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control-|vary)/.test(name)));

  it('is what BioT sets by default, and the preflight never reaches the function', async () => {
    const answer = await preflight(constant);

    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(corsOf(answer)).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
    });
  });

  it('allows the origins that are named, and tells no other', async () => {
    const url = await deployed('named', {
      allowOrigins: [ORIGIN],
      allowMethods: ['PUT'],
      allowHeaders: ['x-own'],
      exposeHeaders: ['x-told'],
    });

    const answers = [await preflight(url), await preflight(url, 'https://evil.example.com')];

    expect(answers.map(corsOf)).toEqual([
      {
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'x-own',
        vary: 'Origin',
      },
      {},
    ]);
  });

  it('adds its headers to the function’s own, which makes them double', async () => {
    const url = await deployed(
      'doubled',
      { exposeHeaders: ['x-told'] },
      "exports.handler = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } });",
    );

    const answer = await fetch(url, { headers: { origin: ORIGIN } });

    expect(answer.headers.get('access-control-allow-origin')).toBe('*, *');
    expect(answer.headers.get('access-control-expose-headers')).toBe('x-told');
  });

  it('adds nothing to a call without an origin', async () => {
    const answer = await sendRaw(biot.baseUrl, new URL(constant).pathname);

    expect(corsOf(answer)).toEqual({});
  });

  it('leaves the preflight to the function when no origin is configured', async () => {
    const url = await deployed('without', { allowOrigins: [] });

    const answer = await preflight(url);

    expect(answer.body).toMatchObject({ requestContext: { http: { method: 'OPTIONS' } } });
  });
});
