import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { Handler } from '../../serve/answerEvent.ts';
import type { ServeOptions } from '../../serve/readOptions.ts';
import { type RunningServer, startServer } from '../../serve/startServer.ts';
import { makeCertificate } from '../builders/certificate.ts';
import { until } from '../builders/until.ts';

type Event = Record<string, unknown> & { headers: Record<string, string>; requestContext: { http: object } };

describe('startServer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'biot-serve-'));
  const tls = makeCertificate(folder);
  const running: RunningServer[] = [];
  const logged: string[] = [];

  const start = async (
    handler: Handler,
    { drainMs = 0, ...overrides }: Partial<ServeOptions> & { drainMs?: number } = {},
  ) => {
    const options = { port: 0, host: '127.0.0.1', appName: 'test', timeoutSeconds: 10, maxEvents: 100 };
    const server = await startServer(
      { ...options, tls, ...overrides },
      { handler, cors: {}, renewalCheckMs: 5, drainMs, log: (_level, message) => void logged.push(message) },
    );
    running.push(server);
    return server;
  };
  const send = (port: number, path: string, { body, ...options }: RequestOptions & { body?: Buffer } = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const where = { port, path, host: '127.0.0.1', ca: tls.cert, agent: false, ...options };
      const sent = httpsRequest(where, async (answer) => {
        const { statusCode = 0, headers } = answer;
        resolve({ status: statusCode, headers, text: await text(answer) });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  /** A handler that answers when told. */
  const createGate = () => {
    const waiting: (() => void)[] = [];
    const handler: Handler = () =>
      new Promise((resolve) => waiting.push(() => resolve({ statusCode: 200, body: 'late' })));
    return { handler, waiting, open: () => void waiting.map((answer) => answer()) };
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
    logged.length = 0;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gives the handler the event of a function URL, and its context', async () => {
    const given: [Event, string, number][] = [];
    const { port } = await start(async (event, context) => {
      given.push([event as Event, context.awsRequestId, context.getRemainingTimeInMillis()]);
      return { statusCode: 201, headers: { 'x-own': 'yes' }, body: 'ok' };
    });

    const answer = await send(port, '/a%2Fb?x=1&x=%20', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        HookType: 'NOTIFICATION',
        cookie: ['a=1', 'b=2'],
        'X-Forwarded-For': 'me',
      },
      body: Buffer.from('{"ä":1}'),
    });

    const [[event, requestId, remaining] = []] = given;
    expect(answer).toMatchObject({
      status: 201,
      text: 'ok',
      headers: { 'x-own': 'yes', 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    });
    expect(event).toEqual({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%2Fb',
      rawQueryString: 'x=1&x=%20',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1, ' },
      headers: {
        'content-type': 'application/json',
        'content-length': '8',
        hooktype: 'NOTIFICATION',
        cookie: 'a=1; b=2',
        host: `127.0.0.1:${port}`,
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-amzn-tls-version': 'TLSv1.3',
        'x-amzn-tls-cipher-suite': expect.stringMatching(/^TLS_/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(port),
        'x-forwarded-proto': 'https',
      },
      requestContext: {
        accountId: 'anonymous',
        apiId: '127',
        domainName: `127.0.0.1:${port}`,
        domainPrefix: '127',
        http: { method: 'POST', path: '/a%2Fb', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId,
        routeKey: '$default',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ä":1}',
      isBase64Encoded: false,
    });
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(10_000);
  });

  it.each([
    ['application/octet-stream', Buffer.from([0xff, 0]), { body: '/wA=', isBase64Encoded: true }],
    ['application/x-www-form-urlencoded', Buffer.from('a=1'), { body: 'YT0x', isBase64Encoded: true }],
    ['application/problem+json', Buffer.from('{}'), { body: '{}', isBase64Encoded: false }],
    ['text/plain', Buffer.alloc(0), { isBase64Encoded: false }],
  ])('passes a body of %s as a function URL does', async (type, body, expected) => {
    const events: Event[] = [];
    const { port } = await start(async (event) => void events.push(event as Event));

    await send(port, '/', { method: 'POST', headers: { 'content-type': type }, body });

    const [{ body: passed, isBase64Encoded } = {} as Event] = events;
    expect({ ...(passed !== undefined && { body: passed }), isBase64Encoded }).toEqual(expected);
  });

  it('takes what Lambda takes, and answers 413 to what it does not', async () => {
    const { port } = await start(async (event) => (event as { body: string }).body.length);
    const sizes = [6_000_000, 6_291_000, 8_000_000];

    const answers = await Promise.all(
      sizes.map((size) => send(port, '/', { ...json, body: Buffer.alloc(size, 'x') })),
    );

    expect(answers.map(({ status, text }) => [status, status === 200 ? text : ''])).toEqual([
      [200, '6000000'],
      [413, ''],
      [413, ''],
    ]);
  });

  it('answers 502 without a word when the handler throws, and stays', async () => {
    const { port } = await start(async () => {
      throw new Error('secret');
    });

    const answers = [await send(port, '/', json), await send(port, '/health')];

    expect(answers).toMatchObject([
      { status: 502, text: 'Internal Server Error' },
      { status: 200, text: '{"status":"ok"}' },
    ]);
    expect(logged).toContain('The handler threw');
  });

  it('has several events in the handler at once, and refuses one too many with 429', async () => {
    const gate = createGate();
    const { port } = await start(gate.handler, { maxEvents: 2 });
    const under = [send(port, '/', json), send(port, '/', json)];
    await until(() => gate.waiting.length === 2);

    const refused = await send(port, '/', json);
    const health = await send(port, '/health');
    gate.open();

    expect([refused.status, refused.headers['retry-after'], health.status]).toEqual([429, '1', 200]);
    expect((await Promise.all(under)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('takes an event that comes on an idle connection while its shutdown begins, and then ends that', async () => {
    const server = await start(async () => 'ok', { drainMs: 500 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await send(server.port, '/', { ...json, agent });

    const closing = server.close();
    const second = await send(server.port, '/', { ...json, agent });
    const health = await send(server.port, '/health');
    await closing;

    expect([first.headers.connection, second.status, second.headers.connection]).toEqual([
      'keep-alive',
      200,
      'close',
    ]);
    expect(health.status).toBe(503);
    agent.destroy();
  });

  it('lets an event under way end at its shutdown, says 503 meanwhile, and takes no new connection', async () => {
    const gate = createGate();
    const server = await start(gate.handler);
    const underWay = send(server.port, '/', json);
    await until(() => gate.waiting.length === 1);
    const opened = connect({ port: server.port, host: '127.0.0.1', ca: tls.cert });
    await new Promise((resolve) => opened.once('secureConnect', resolve));

    const closing = server.close();
    opened.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n');
    const health = await text(opened);
    const refused = await send(server.port, '/', json).catch((error) => error.code);
    gate.open();

    expect(health).toMatch(/^HTTP\/1\.1 503 .*connection: close.*shutting down/is);
    expect(gate.waiting).toHaveLength(1);
    expect(['ECONNREFUSED', 'ECONNRESET']).toContain(refused); // another test may have got the port by now
    expect(await underWay).toMatchObject({ status: 200, text: 'late' });
    await closing;
  });

  it('does not wait at its shutdown for an event longer than the plugin may take, nor for who asks nothing', async () => {
    const gate = createGate();
    const server = await start(gate.handler, { timeoutSeconds: 1 });
    const underWay = send(server.port, '/', json).catch((error) => error.code);
    await until(() => gate.waiting.length === 1);
    const silent = connect({ port: server.port, host: '127.0.0.1', ca: tls.cert });
    await new Promise((resolve) => silent.once('secureConnect', resolve));
    silent.on('error', () => undefined);

    await server.close();

    expect(await underWay).toMatchObject({ status: 502, text: 'Internal Server Error' });
  });

  it('uses a renewed certificate without a restart, and nothing of a pair that does not fit', async () => {
    const own = { certFile: join(folder, 'own.cert.pem'), keyFile: join(folder, 'own.key.pem') };
    const write = ({ cert, key }: { cert: Buffer; key: Buffer }) => {
      writeFileSync(own.certFile, cert);
      writeFileSync(own.keyFile, key);
    };
    write(tls);
    const renewed = makeCertificate(folder, 'renewed');
    const { port } = await start(async () => 'ok', { tls: own });

    writeFileSync(own.certFile, renewed.cert);
    await until(() => logged.includes('The renewed certificate is not used yet'));
    const before = await send(port, '/health');
    write(renewed);
    await until(() => logged.filter((line) => line === 'Serving a certificate').length === 2);
    const after = await send(port, '/health', { ca: renewed.cert });

    expect([before.status, after.status]).toEqual([200, 200]);
    await expect(send(port, '/health')).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('serves plain HTTP behind a proxy, and believes what it says of the client', async () => {
    const events: Event[] = [];
    const options = {
      port: 0,
      host: '127.0.0.1',
      appName: 'test',
      timeoutSeconds: 10,
      maxEvents: 1,
    };
    const handler: Handler = async (event) => void events.push(event as Event);
    const parts = { handler, cors: {}, renewalCheckMs: 5, drainMs: 0, log: () => undefined };
    const server = await startServer(options, parts);
    running.push(server);

    await new Promise((resolve) =>
      httpRequest(
        {
          port: server.port,
          host: '127.0.0.1',
          agent: false,
          headers: { 'x-forwarded-for': 'made up by the client, 192.0.2.7' },
        },
        resolve,
      ).end(),
    );

    expect(events).toMatchObject([{ requestContext: { http: { sourceIp: '192.0.2.7' } } }]);
  });

  it.each([
    ['CERTIFICATE_FILE', 'ENOENT', { ...tls, keyFile: '/no/such/file' }],
    ['INVALID_CERTIFICATE', 'belong together', { ...tls, keyFile: makeCertificate(folder, 'other').keyFile }],
    ['INVALID_CERTIFICATE', 'PEM', { ...tls, certFile: __filename }],
  ])('does not start with %s: %s', async (code, said, files) => {
    const error = await start(async () => 'ok', { tls: files }).catch((failure) => failure);

    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(`${error.message} ${error.cure}`).toContain(said);
  });

  it('says that its port is taken', async () => {
    const { port } = await start(async () => 'ok');

    const starting = start(async () => 'ok', { port });

    await expect(starting).rejects.toMatchObject({ code: 'CANNOT_LISTEN', exitCode: 1 });
  });

  it('reuses a connection for many events', async () => {
    const { port } = await start(async () => 'ok');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });

    const answers = [await send(port, '/', { ...json, agent }), await send(port, '/', { ...json, agent })];

    expect(answers.map(({ headers }) => headers.connection)).toEqual(['keep-alive', 'keep-alive']);
    agent.destroy();
  });
});
