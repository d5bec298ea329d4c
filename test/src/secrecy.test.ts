import {
  type Answer,
  type BiotServer,
  biotError,
  LOGIN_CALL,
  loginAnswer,
  neverAnswer,
  PUBLIC_KEY_CALL,
  resetConnection,
  startBiotServer,
} from '../builders/biotServer.ts';
import { pluginEnvironment } from '../builders/config.ts';
import {
  directEvent,
  type FunctionUrlEvent,
  interceptedRequest,
  notificationEvent,
  PATIENTS,
  patient,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
  toBase64,
  withBody,
} from '../builders/events.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { loadPlugin } from '../builders/plugin.ts';
import {
  createSigningKey,
  inSeconds,
  interceptorClaims,
  notificationClaims,
  signToken,
} from '../builders/tokens.ts';

const key = createSigningKey();
const NOTIFICATION_TOKEN = signToken(key, notificationClaims({ jti: 'canary-notification' }));
const INTERCEPTOR_TOKEN = signToken(key, interceptorClaims({ jti: 'canary-interceptor' }));
const SERVICE_TOKEN = signToken(key, interceptorClaims({ jti: 'canary-service' }));
const CALLER_TOKEN = signToken(key, interceptorClaims({ jti: 'canary-caller' }));
const STRANGERS_TOKEN = signToken(createSigningKey(), interceptorClaims({ jti: 'canary-stranger' }));
const TOKENS = [NOTIFICATION_TOKEN, INTERCEPTOR_TOKEN, SERVICE_TOKEN, CALLER_TOKEN, STRANGERS_TOKEN];
const SECRET = 'canary-secret-key';
const PATIENT_CALL = `GET ${PATIENTS}/canary-id`;

const canaryPatient = patient({
  _id: 'canary-id',
  _name: { firstName: 'Canary', lastName: 'canary' },
  _email: 'canary@example.com',
  _nationalId: 'canary-12345',
});
const canaryRequest = interceptedRequest({
  body: canaryPatient,
  headers: { authorization: `Bearer ${CALLER_TOKEN}`, cookie: 'session=canary' },
});
const headers = { 'x-canary': 'canary', cookie: 'session=canary' };

const notification = (token = NOTIFICATION_TOKEN): FunctionUrlEvent =>
  notificationEvent(token, {
    headers,
    body: { data: { entity: canaryPatient, additionalData: { oldEntity: canaryPatient } } },
  });
const pre = (token = INTERCEPTOR_TOKEN): FunctionUrlEvent =>
  preEvent(token, { headers, body: { request: canaryRequest } });
const post = (token = INTERCEPTOR_TOKEN): FunctionUrlEvent =>
  postEvent(token, {
    headers,
    body: { request: canaryRequest, response: { body: canaryPatient, httpStatusCode: 'OK' } },
  });
const postEntity = (token = INTERCEPTOR_TOKEN): FunctionUrlEvent =>
  postEntityEvent(token, {
    headers,
    body: { request: canaryRequest, response: { entities: [canaryPatient], httpStatusCode: 'OK' } },
  });
const direct = (token = INTERCEPTOR_TOKEN): FunctionUrlEvent =>
  directEvent(token, { headers, body: { name: 'canary', token: CALLER_TOKEN } });

/** An answer that tells all it must not, as BioT's errors may quote an entity, and a proxy what it was sent. */
const canaryError = (status: number): Answer => ({
  ...biotError(status, 'SOME_CODE', { entity: canaryPatient, token: SERVICE_TOKEN }),
  headers: { 'set-cookie': 'session=canary', 'x-canary': SERVICE_TOKEN },
});
const canaryText: Answer = (_request, response) => {
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(`{"broken": canary ${SERVICE_TOKEN} ${SECRET}`);
};
const canaryRedirect: Answer = {
  status: 302,
  headers: { location: `http://192.0.2.1/?token=${SERVICE_TOKEN}&name=canary` },
};

describe('the log', () => {
  let biot: BiotServer;
  let captured: CapturedLog;

  beforeEach(async () => {
    biot = await startBiotServer(key.publicKey);
    biot.route(LOGIN_CALL, loginAnswer(SERVICE_TOKEN));
    biot.route(PATIENT_CALL, { body: canaryPatient, headers: { 'set-cookie': 'session=canary' } });
    biot.route(`GET ${PATIENTS}`, { body: { data: [canaryPatient] } });
    captured = captureLog();
  });

  afterEach(async () => {
    captured.restore();
    await biot.close();
  });

  const load = (overrides: Record<string, string> = {}) =>
    loadPlugin({
      ...pluginEnvironment(biot.baseUrl),
      BIOT_SERVICE_USER_SECRET_KEY: SECRET,
      LOG_LEVEL: 'debug',
      ...overrides,
    });

  /** At least these many lines were written, none of which tells what it must not. */
  const expectSecrecy = (text: string, atLeastLines: number) => {
    const lines = text.split('\n').filter((line) => line !== '' && !line.includes('"_aws"'));
    expect(lines.length).toBeGreaterThanOrEqual(atLeastLines);
    expect(text).not.toMatch(/canary/i);
    expect(text).not.toContain(Buffer.from('canary').toString('base64').slice(0, 7));
    for (const part of TOKENS.flatMap((token) => token.split('.'))) expect(text).not.toContain(part);
  };

  it.each<[string, unknown, number]>([
    ['a notification', notification(), 1],
    ['a pre interceptor', pre(), 0],
    ['a post interceptor', post(), 0],
    ['a post entity interceptor', postEntity(), 0],
    ['a direct call', direct(), 0],
    ['a scheduled run', scheduledEvent({ detail: { name: 'canary' } }), 1],
  ])('tells no token and nobody’s data of %s that goes well', async (_name, event, lines) => {
    const { handler } = await load();

    const answer = await handler(event);

    expect(answer.statusCode).toBe(200);
    expectSecrecy(captured.text(), lines);
  });

  it.each<[string, unknown]>([
    ['a notification with a stranger’s token', notification(STRANGERS_TOKEN)],
    ['an interceptor with a stranger’s token', pre(STRANGERS_TOKEN)],
    ['an interceptor without the scope', post(NOTIFICATION_TOKEN)],
    [
      'an interceptor with an expired token',
      postEntity(signToken(key, interceptorClaims({ exp: inSeconds(-5) }))),
    ],
    ['a direct call with a stranger’s token', direct(STRANGERS_TOKEN)],
    ['a token that is none', pre('canary-token')],
    ['an unknown hook type', { ...pre(), headers: { ...pre().headers, hooktype: 'CANARY' } }],
    [
      'a broken body with a token in it',
      withBody(notification(), `{"jwt":"${NOTIFICATION_TOKEN}","name":canary`),
    ],
    ['a body that is nothing but a token', withBody(notification(), NOTIFICATION_TOKEN)],
    ['a body that breaks within the token', withBody(notification(), `{"jwt":${NOTIFICATION_TOKEN}}`)],
    [
      'a broken body in base64',
      toBase64({ ...notification(), body: `{"name":"canary","jwt":${NOTIFICATION_TOKEN}` }),
    ],
    ['a broken body of a direct call', withBody(direct(), `canary ${CALLER_TOKEN}`)],
    [
      'a body without data',
      withBody(notification(), JSON.stringify({ jwt: NOTIFICATION_TOKEN, canary: 'canary' })),
    ],
    [
      'a request without a path',
      preEvent(INTERCEPTOR_TOKEN, { headers, body: { request: { body: canaryPatient } } }),
    ],
    ['a body that is a list', withBody(pre(), JSON.stringify([canaryPatient, CALLER_TOKEN]))],
    ['text for an event', `canary ${CALLER_TOKEN}`],
  ])('tells no token and nobody’s data of %s, and neither does the answer', async (_name, event) => {
    const { handler } = await load();

    const answer = await handler(event);

    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expectSecrecy(captured.text(), 1);
    expectSecrecy(JSON.stringify(answer), 0);
  });

  const failures: [string, Answer][] = [
    ['400', canaryError(400)],
    ['401', canaryError(401)],
    ['403', canaryError(403)],
    ['404', canaryError(404)],
    ['500', canaryError(500)],
    ['503', canaryError(503)],
    ['a redirect', canaryRedirect],
    ['500 with broken JSON', canaryText],
    ['a reset connection', resetConnection],
  ];

  it.each(failures)(
    'tells no token, secret or data when perform’s call to BioT meets %s',
    async (_name, answer) => {
      biot.route(PATIENT_CALL, answer);
      const { handler } = await load();

      const result = await handler(notification());

      expect(result.statusCode).toBe(502);
      expectSecrecy(captured.text(), 1);
      expectSecrecy(JSON.stringify(result), 0);
    },
  );

  it.each(failures)('tells no token, secret or data when the login meets %s', async (_name, answer) => {
    biot.route(LOGIN_CALL, answer);
    const { handler } = await load();

    const result = await handler(notification());

    expect(result.statusCode).toBe(502);
    expectSecrecy(captured.text(), 1);
    expectSecrecy(JSON.stringify(result), 0);
  });

  it.each(failures)(
    'tells no token, secret or data when the key’s endpoint meets %s',
    async (_name, answer) => {
      biot.route(PUBLIC_KEY_CALL, answer);
      const { handler } = await load();

      const result = await handler(notification());

      expect(result.statusCode).toBe(502);
      expectSecrecy(captured.text(), 1);
      expectSecrecy(JSON.stringify(result), 0);
    },
  );

  it.each<[string, Answer]>([
    ['no token', { body: { accessToken: null, canary: 'canary' } }],
    ['text', { body: `canary ${SERVICE_TOKEN}` }],
    ['null', { body: null }],
  ])('tells no token, secret or data when the login is answered with %s', async (_name, answer) => {
    biot.route(LOGIN_CALL, answer);
    const { handler } = await load();

    const result = await handler(notification());

    expect(result.statusCode).toBeGreaterThanOrEqual(500);
    expectSecrecy(captured.text(), 1);
    expectSecrecy(JSON.stringify(result), 0);
  });

  it('tells no token, secret or data when nobody listens at the base URL', async () => {
    const { handler } = await load({ BIOT_PUBLIC_KEY: key.publicKey });
    await biot.close();

    const result = await handler(notification());

    expect(result.statusCode).toBe(502);
    expectSecrecy(captured.text(), 1);
    expectSecrecy(JSON.stringify(result), 0);
  });

  it.each<[string, string]>([
    ['perform’s call', PATIENT_CALL],
    ['the login', LOGIN_CALL],
  ])('tells no token, secret or data when %s is not answered in time', async (_name, call) => {
    biot.route(call, neverAnswer);
    const { handler } = await load();

    const result = await handler(notification(), { getRemainingTimeInMillis: () => 200 });

    expect(result.statusCode).toBe(504);
    expectSecrecy(captured.text(), 1);
    expectSecrecy(JSON.stringify(result), 0);
  });

  it.each<[string, (secret: string) => unknown]>([
    [
      'an error that holds a request',
      (token) => Object.assign(new Error('failed'), { config: { headers: token }, request: token }),
    ],
    [
      'an HTTP client’s error',
      (token) =>
        Object.assign(new Error('failed'), {
          isAxiosError: true,
          status: 404,
          code: 'ERR_BAD_REQUEST',
          config: { data: token },
          response: { data: token },
        }),
    ],
    ['an error that quotes a token', (token) => new Error(`cannot use ${token}`)],
    ['an error that quotes the secret key', () => new Error(`cannot use ${SECRET}`)],
    [
      'an error whose cause quotes a token',
      (token) => new Error('failed', { cause: new Error(`cannot use ${token}`) }),
    ],
    ['an object', (token) => ({ token, name: 'canary' })],
    ['text', (token) => `canary ${token}`],
    [
      'an error with a cause that is no error',
      (token) => new Error('failed', { cause: { token, name: 'canary' } }),
    ],
  ])('tells no token, secret or data when perform throws %s', async (_name, createError) => {
    const { handler, interceptorPre } = await load();
    interceptorPre.perform = () => Promise.reject(createError(CALLER_TOKEN));

    const result = await handler(pre());

    expect(result.statusCode).toBe(500);
    expectSecrecy(captured.text(), 1);
    expectSecrecy(JSON.stringify(result), 0);
  });

  it('does not quote the body that perform could not parse', async () => {
    const { handler, interceptorPre } = await load();
    interceptorPre.perform = async ({ data }) => JSON.parse(`${JSON.stringify(data.request.body)}canary`);

    const result = await handler(pre());

    expect(result.statusCode).toBe(500);
    expectSecrecy(captured.text(), 1);
  });

  it('tells which request failed, where and why', async () => {
    biot.route(PATIENT_CALL, canaryError(404));
    const { handler } = await load();

    await handler(notification(), { awsRequestId: 'r-1' });

    expect(captured.records()).toEqual([
      expect.objectContaining({
        level: 'error',
        requestId: 'r-1',
        code: 'CALL_TO_API_FAILED',
        error: expect.objectContaining({
          code: 'CALL_TO_API_FAILED',
          stack: expect.stringContaining('perform.ts'),
          cause: expect.objectContaining({ name: 'AxiosError', status: 404 }),
        }),
      }),
      expect.objectContaining({ message: 'Metrics', requestId: 'r-1', code: 'CALL_TO_API_FAILED' }),
    ]);
  });
});
