import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Handler } from '../../serve/answerEvent.ts';
import type { Cors } from '../../serve/cors.ts';
import { type RunningServer, startServer } from '../../serve/startServer.ts';
import { until } from '../builders/until.ts';

type Sent = { method?: string; path?: string; headers?: Record<string, string> };

describe('createListener', () => {
  const running: RunningServer[] = [];
  const logged: string[] = [];

  const start = async (
    handler: Handler,
    { cors = {}, ...overrides }: { cors?: Cors; maxEvents?: number } = {},
  ) => {
    const options = {
      port: 0,
      host: '127.0.0.1',
      appName: 'test',
      timeoutSeconds: 1,
      maxEvents: 2,
      ...overrides,
    };
    const log = (_level: string, message: string) => void logged.push(message);
    const server = await startServer(options, { handler, cors, log, renewalCheckMs: 1000, drainMs: 0 });
    running.push(server);
    return server.port;
  };
  const send = (port: number, options: Sent = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', agent: false, ...options }, async (answer) => {
        const { statusCode = 0, headers } = answer;
        resolve({ status: statusCode, headers, text: await text(answer) });
      });
      sent.on('error', reject);
      sent.end();
    });
  const open = (port: number, sent: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(sent);
    return socket;
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
    logged.length = 0;
  });

  it('lets nobody who sends slowly take the place of an event', async () => {
    const port = await start(async () => 'ok', { maxEvents: 1 });
    const slow = open(
      port,
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\na',
    );
    await new Promise((resolve) => slow.once('data', resolve)); // it is being read

    const answer = await send(port);

    slow.destroy();
    expect(answer).toMatchObject({ status: 200, text: 'ok' });
  });

  it('waits at its shutdown for an event whose client has gone', async () => {
    const waiting: (() => void)[] = [];
    const done: string[] = [];
    const port = await start(async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      done.push('handler');
    });
    const gone = open(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await until(() => waiting.length === 1);
    await new Promise((resolve) => gone.destroy().once('close', resolve));
    await send(port, { path: '/health' });

    const closing = running[0]?.close().then(() => done.push('closed'));
    setImmediate(() => waiting.map((answer) => answer()));
    await closing;

    expect(done).toEqual(['handler', 'closed']);
  });

  it('counts an event whose client has gone until the handler has done with it', async () => {
    const waiting: (() => void)[] = [];
    const port = await start(() => new Promise<string>((resolve) => waiting.push(() => resolve('late'))));
    const gone = [1, 2].map(() => open(port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'));
    await until(() => waiting.length === 2);
    await Promise.all(
      gone.map((socket) => new Promise((resolve) => socket.destroy().once('close', resolve))),
    );
    await send(port, { path: '/health' });

    const refused = await send(port);
    waiting.map((answer) => answer());

    expect(refused.status).toBe(429);
  });

  it('answers 502 for an event that takes longer than the plugin may, and has its place free again', async () => {
    const port = await start(() => new Promise(() => undefined), { maxEvents: 1 });

    const answers = [await send(port), await send(port)];

    expect(answers.map((answer) => [answer.status, answer.text])).toEqual([
      [502, 'Internal Server Error'],
      [502, 'Internal Server Error'],
    ]);
    expect(logged).toContain('The handler took too long');
  });

  it.each([
    ['http://other.example/a%20b?x=1?', '/a%20b', 'x=1?'],
    ['//other.example/a', '//other.example/a', ''],
    ['*', '/*', ''],
  ])('takes %s for the path that it is', async (target, rawPath, rawQueryString) => {
    const events: unknown[] = [];
    const port = await start(async (event) => void events.push(event));

    const socket = open(port, `OPTIONS ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    await text(socket);

    expect(events).toMatchObject([{ rawPath, rawQueryString, requestContext: { http: { path: rawPath } } }]);
  });

  it('says no length of an answer that has no body', async () => {
    const port = await start(async () => ({ statusCode: 204, body: 'abc' }));

    const { status, headers } = await send(port);

    expect([status, headers['content-length']]).toEqual([204, undefined]);
  });

  it.each([
    [
      {},
      'https://a.example',
      { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET,POST' },
    ],
    [
      { allowOrigins: ['https://a.example'], allowMethods: ['PUT'], allowHeaders: ['x-own'] },
      'https://a.example',
      {
        ...{ 'access-control-allow-origin': 'https://a.example', vary: 'Origin' },
        ...{ 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': 'x-own' },
      },
    ],
    [{ allowOrigins: ['https://a.example'] }, 'https://b.example', { 'content-length': '0' }],
  ])('answers a browser that asks first, by %j, for %s', async (cors, origin, expected) => {
    const events: unknown[] = [];
    const port = await start(async (event) => void events.push(event), { cors });
    const headers = { origin, 'access-control-request-method': 'POST' };

    const answer = await send(port, { method: 'OPTIONS', headers });

    expect(answer).toMatchObject({ status: 200, text: '', headers: expected });
    expect('access-control-allow-origin' in answer.headers).toBe('access-control-allow-origin' in expected);
    expect(events).toEqual([]);
  });

  it('lets a page of an allowed origin read the answer, a refusal too', async () => {
    const cors = { allowOrigins: ['https://a.example'], exposeHeaders: ['traceparent'] };
    const own = { 'access-control-allow-origin': '*' };
    const port = await start(async () => ({ statusCode: 401, headers: own }), { cors });

    const answers = [
      await send(port, { headers: { origin: 'https://a.example' } }),
      await send(port, { headers: { origin: 'https://b.example' } }),
    ];

    expect(answers.map(({ headers }) => [headers['access-control-allow-origin'], headers.vary])).toEqual([
      ['https://a.example', 'Origin'],
      ['*', undefined],
    ]);
    expect(answers[0]?.headers['access-control-expose-headers']).toBe('traceparent');
  });
});
