import type { Config } from '../../../src/runtime/config.ts';
import { login, startLogin } from '../../../src/runtime/login.ts';
import {
  type BiotServer,
  biotError,
  LOGIN_CALL,
  loginAnswer,
  neverAnswer,
  resetConnection,
  startBiotServer,
} from '../../builders/biotServer.ts';
import { pluginConfig, pluginEnvironment, SECRET_KEY } from '../../builders/config.ts';
import { TRACE_ID } from '../../builders/events.ts';
import { failureOf } from '../../builders/failure.ts';

const CALL = 'GET /thing';

describe('login', () => {
  let biot: BiotServer;
  let config: Config;

  beforeEach(async () => {
    biot = await startBiotServer();
    config = pluginConfig(biot.baseUrl);
    biot.route(CALL, { body: { ok: true } });
    biot.route(LOGIN_CALL, loginAnswer('token-1'), loginAnswer('token-2'), loginAnswer('token-3'));
  });

  afterEach(() => biot.close());

  const client = (timeLeftMs = 5_000) =>
    login(config, { traceId: TRACE_ID, deadline: Date.now() + timeLeftMs });
  const tokensUsed = () =>
    biot.requests.filter(({ path }) => path === '/thing').map(({ headers }) => headers.authorization);

  it('sends id and secret key of the service user, within the trace', async () => {
    await client().get('/thing');

    expect(biot.requests[0]).toEqual({
      method: 'POST',
      path: '/ums/v2/services/accessToken',
      query: {},
      headers: expect.objectContaining({
        'content-type': 'application/json',
        traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
      }),
      body: { id: '22222222-3333-4444-8555-666666666666', secretKey: SECRET_KEY },
    });
    expect(biot.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('logs in when the first call is made, not before', async () => {
    const idle = client();
    await client().get('/thing');

    expect(idle).toHaveProperty('get');
    expect(biot.count(LOGIN_CALL)).toBe(1);
    expect(biot.requests.map(({ path }) => path)).toEqual(['/ums/v2/services/accessToken', '/thing']);
  });

  it('logs in once for many concurrent calls of many events', async () => {
    await Promise.all(Array.from({ length: 20 }, () => client().get('/thing')));

    expect(biot.count(LOGIN_CALL)).toBe(1);
    expect(tokensUsed()).toEqual(Array.from({ length: 20 }, () => 'Bearer token-1'));
  });

  it('logs in once for events that follow each other', async () => {
    await client().get('/thing');
    await client().get('/thing');

    expect(tokensUsed()).toEqual(['Bearer token-1', 'Bearer token-1']);
    expect(biot.count(LOGIN_CALL)).toBe(1);
  });

  it.each([
    [-10, 'Bearer token-2'],
    [58, 'Bearer token-2'],
    [70, 'Bearer token-1'],
  ])('uses for a second event, when the token lives another %i s, %s', async (lifeSeconds, expected) => {
    biot.route(LOGIN_CALL, loginAnswer('token-1', lifeSeconds), loginAnswer('token-2'));

    await client().get('/thing');
    await client().get('/thing');

    expect(tokensUsed()).toEqual(['Bearer token-1', expected]);
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['unreadable', 'in half an hour'],
    ['what cannot be text', { toString: 1 }],
  ])('keeps a token for a while when its expiration is %s', async (_name, accessTokenExpiration) => {
    biot.route(LOGIN_CALL, { body: { accessToken: 'token-1', accessTokenExpiration } });

    await client().get('/thing');
    await client().get('/thing');

    expect(tokensUsed()).toEqual(['Bearer token-1', 'Bearer token-1']);
    expect(biot.count(LOGIN_CALL)).toBe(1);
  });

  it('gets a fresh token once when BioT answers 401, and keeps it', async () => {
    biot.route(CALL, biotError(401, 'TOKEN_NOT_VALID'), { body: { ok: true } });

    const answer = await client().get('/thing');
    await client().get('/thing');

    expect(answer).toEqual({ ok: true });
    expect(tokensUsed()).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  });

  it('gets one fresh token for many concurrent calls that BioT answers with 401', async () => {
    biot.route(CALL, ({ headers }, response) => {
      response.statusCode = headers.authorization === 'Bearer token-2' ? 204 : 401;
      response.end();
    });

    await Promise.all(Array.from({ length: 5 }, () => client().get('/thing')));

    expect(tokensUsed().filter((token) => token === 'Bearer token-2')).toHaveLength(5);
    expect(biot.count(LOGIN_CALL)).toBe(2);
  });

  it('sends also a POST again after 401: BioT did nothing with it', async () => {
    biot.route('POST /thing', biotError(401, 'TOKEN_NOT_VALID'), { body: { ok: true } });

    const answer = await client().post('/thing', { a: 1 });

    expect(answer).toEqual({ ok: true });
    expect(biot.count('POST /thing')).toBe(2);
  });

  it('throws CALL_TO_API_FAILED when BioT answers 401 to the fresh token too', async () => {
    biot.route(CALL, biotError(401, 'TOKEN_NOT_VALID'));

    const result = client().get('/thing');

    await expect(result).rejects.toMatchObject({
      code: 'CALL_TO_API_FAILED',
      details: { status: 401, code: 'TOKEN_NOT_VALID' },
    });
    expect(tokensUsed()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it.each([
    [401, 'SERVICE_LOCKED'],
    [403, 'LOGIN_FAILED'],
    [500, 'INTERNAL_SERVER_ERROR'],
  ])(
    'throws CALL_TO_API_FAILED when BioT refuses the login with %i, and logs in with the next event',
    async (status, code) => {
      biot.route(LOGIN_CALL, biotError(status, code), loginAnswer('token-2'));

      const first = await failureOf(() => client().get('/thing'));
      const second = await client().get('/thing');

      expect(first).toMatchObject({ code: 'CALL_TO_API_FAILED', status: 502, details: { status, code } });
      expect(second).toEqual({ ok: true });
      expect(tokensUsed()).toEqual(['Bearer token-2']);
    },
  );

  it.each([
    ['no token', {}],
    ['null for a token', { accessToken: null }],
    ['a number for a token', { accessToken: 5 }],
    ['null', null],
    ['text', 'welcome'],
  ])('throws CALL_TO_API_FAILED when the answer to the login is %s', async (_name, body) => {
    biot.route(LOGIN_CALL, { body });

    const result = client().get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
  });

  it.each([
    ['loses its connection', resetConnection],
    ['meets an overloaded BioT', biotError(503, 'SERVICE_UNAVAILABLE')],
  ])('is sent a second time when it %s: a token more does no harm', async (_name, answer) => {
    biot.route(LOGIN_CALL, answer, loginAnswer('token-2'));

    const result = await client().get('/thing');

    expect(result).toEqual({ ok: true });
    expect(biot.count(LOGIN_CALL)).toBe(2);
  });

  it('throws TIMEOUT when the login is not answered before the deadline', async () => {
    biot.route(LOGIN_CALL, neverAnswer);

    const result = client(150).get('/thing');

    await expect(result).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it.each(['BIOT_BASE_URL', 'BIOT_SERVICE_USER_ID', 'BIOT_SERVICE_USER_SECRET_KEY'])(
    'names %s when a call needs it and it is not set',
    async (name) => {
      config = pluginConfig(biot.baseUrl, { [name]: '' });

      const result = client().get('/thing');

      await expect(result).rejects.toThrow(`Environment variable ${name} is required`);
      expect(biot.requests).toEqual([]);
    },
  );

  it('does not give the token of one service user to another', async () => {
    await client().get('/thing');
    config = pluginConfig(biot.baseUrl, { BIOT_SERVICE_USER_ID: 'another' });

    await client().get('/thing');

    expect(tokensUsed()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  describe('startLogin', () => {
    it('gives the first call a token that is already there', async () => {
      startLogin(config);

      await client().get('/thing');

      expect(biot.count(LOGIN_CALL)).toBe(1);
    });

    it.each([
      ['is refused', biotError(500, 'INTERNAL_SERVER_ERROR')],
      ['loses its connection', resetConnection],
    ])('leaves it to the first call to log in when it %s', async (_name, answer) => {
      biot.route(LOGIN_CALL, answer, loginAnswer('token-2'));
      startLogin(config);

      const result = await client().get('/thing');

      expect(result).toEqual({ ok: true });
      expect(tokensUsed()).toEqual(['Bearer token-2']);
    });

    it('logs in once more for many calls that waited for a login that failed', async () => {
      biot.route(LOGIN_CALL, biotError(500, 'INTERNAL_SERVER_ERROR'), loginAnswer('token-2'));
      startLogin(config);

      await Promise.all(Array.from({ length: 10 }, () => client().get('/thing')));

      expect(biot.count(LOGIN_CALL)).toBe(2);
    });

    it.each(['BIOT_BASE_URL', 'BIOT_SERVICE_USER_ID', 'BIOT_SERVICE_USER_SECRET_KEY'])(
      'does nothing without %s',
      async (name) => {
        startLogin(pluginConfig(biot.baseUrl, { BIOT_SERVICE_USER_ID: 'starts-nothing', [name]: '' }));
        await client().get('/thing');

        expect(biot.requests.map(({ body }) => body)).toEqual([
          expect.objectContaining({ id: pluginEnvironment('').BIOT_SERVICE_USER_ID }),
          undefined,
        ]);
      },
    );
  });
});
