import { connect } from '../../deploy/connect.ts';
import type { RetryOptions } from '../../deploy/retry.ts';
import type { BiotClient } from '../../src/runtime/biot.ts';
import {
  type Answer,
  type BiotServer,
  biotError,
  breakInTheMiddle,
  resetConnection,
  startBiotServer,
} from '../builders/biotServer.ts';
import { freePort } from '../builders/freePort.ts';

const LOGIN = 'POST /ums/v2/users/login';
const ok: Answer = { body: { ok: true } };
const busy = (status: number, retryAfter?: string): Answer => ({
  status,
  body: { code: 'BUSY' },
  ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
});

const breakRefusal: Answer = (_request, response) => {
  response.writeHead(404, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"code":', () => response.socket?.destroySoon());
};

describe('repeatCall', () => {
  let biot: BiotServer;
  let said: string[];
  let waits: number[];

  beforeEach(async () => {
    biot = await startBiotServer();
    said = [];
    waits = [];
  });

  afterEach(() => biot.close());

  const options = (): RetryOptions => ({
    onRetry: (line) => void said.push(line),
    wait: async (ms) => void waits.push(ms),
    random: () => 0,
  });
  const client = (baseUrl = biot.baseUrl): BiotClient =>
    connect({ baseUrl, token: 'token' }, undefined, options());

  it.each<[string, Answer]>([
    ['429', busy(429)],
    ['500', biotError(500, 'INTERNAL_SERVER_ERROR')],
    ['502', busy(502)],
    ['503', busy(503)],
    ['504', { status: 504, body: '<html>' }],
    ['a connection that is reset', resetConnection],
    ['half an answer', breakInTheMiddle],
    ['half a refusal', breakRefusal],
  ])('reads again after %s', async (_name, answer) => {
    biot.route('GET /thing', answer, answer, ok);

    const result = await client().get('/thing');

    expect(result).toEqual({ ok: true });
    expect({ calls: biot.count('GET /thing'), waits }).toEqual({ calls: 3, waits: [500, 1000] });
  });

  it.each<[string, Answer]>([
    ['400', biotError(400, 'BAD_REQUEST')],
    ['403', biotError(403, 'ACCESS_DENIED')],
    ['404', biotError(404, 'PLUGIN_NOT_FOUND')],
    ['501', busy(501)],
  ])('does not read again after %s', async (_name, answer) => {
    biot.route('GET /thing', answer, ok);

    const result = client().get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    expect(said).toEqual([]);
  });

  it('logs in again, as that is safe to repeat', async () => {
    const answer = { body: { accessJwt: { token: 'new' } } };
    biot.route(LOGIN, busy(503), resetConnection, answer);
    biot.route('GET /thing', ok);
    const settings = { baseUrl: biot.baseUrl, username: 'me', password: 'secret' };

    const result = await connect(settings, undefined, options()).get('/thing');

    expect(result).toEqual({ ok: true });
    expect(said).toEqual([
      'BioT refused (503) BUSY; trying again in 0.5 s (try 2 of 5)',
      'BioT does not answer: read ECONNRESET; trying again in 1.0 s (try 3 of 5)',
    ]);
  });

  it.each<[string, Answer, number]>([
    ['429', busy(429), 500],
    ['429 with Retry-After', busy(429, '2'), 2000],
    ['503 with Retry-After', busy(503, '3'), 3000],
  ])('makes a change again after %s, as it was turned away', async (_name, answer, ms) => {
    biot.route('PATCH /thing', answer, ok);

    const result = await client().patch('/thing', { a: 1 });

    expect(result).toEqual({ ok: true });
    expect(waits).toEqual([ms]);
    expect(biot.requests.map(({ body }) => body)).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it('sends a form again as a whole', async () => {
    biot.route('POST /thing', busy(429), ok);
    const form = new FormData();
    form.append('config', '{"a":1}');

    await client().post('/thing', form);

    const bodies = biot.requests.map(({ body }) => body);
    expect(bodies).toEqual(Array(2).fill(expect.stringContaining('name="config"\r\n\r\n{"a":1}\r\n')));
  });

  it.each<[string, Answer]>([
    ['500', busy(500)],
    ['502', busy(502)],
    ['503', busy(503)],
    ['504', busy(504)],
    ['504 with Retry-After', busy(504, '1')],
    ['a connection that is reset', resetConnection],
    ['half an answer', breakInTheMiddle],
  ])('does not make a change again after %s: it may have been done', async (_name, answer) => {
    biot.route('POST /thing', answer, ok);

    const result = client().post('/thing', {});

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    expect({ calls: biot.count('POST /thing'), said }).toEqual({ calls: 1, said: [] });
  });

  it('makes a change again that was never sent, as nobody listened', async () => {
    const port = await freePort('0.0.0.0'); // this machine too, but not by its loopback address

    const result = client(`http://0.0.0.0:${port}`).post('/thing', {});

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  it('does not wait for a local BioT that does not run', async () => {
    const port = await freePort();

    const result = client(`http://127.0.0.1:${port}`).get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
    expect(said).toEqual([]);
  });

  it('ends a read at once that is interrupted', async () => {
    const controller = new AbortController();
    biot.route('GET /thing', () => controller.abort());
    const settings = { baseUrl: biot.baseUrl, token: 'token' };

    const result = connect(settings, undefined, { ...options(), signal: controller.signal }).get('/thing');

    await expect(result).rejects.toThrow('aborted');
    expect(said).toEqual([]);
  });

  it('lets a change come to its end that is interrupted, but does not make it again', async () => {
    const controller = new AbortController();
    const { patch } = connect({ baseUrl: biot.baseUrl, token: 'token' }, undefined, {
      ...options(),
      signal: controller.signal,
    });
    const interruptAnd =
      (answer: { status?: number; body: unknown }): Answer =>
      (_request, response) => {
        controller.abort();
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.body));
      };
    biot.route('PATCH /thing', interruptAnd({ body: { ok: true } }), interruptAnd({ status: 429, body: {} }));

    const done = await patch('/thing');
    const turnedAway = patch('/thing');

    expect(done).toEqual({ ok: true });
    await expect(turnedAway).rejects.toThrow('aborted');
    expect(biot.count('PATCH /thing')).toBe(2);
  });
});
