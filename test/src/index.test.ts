import type { LambdaResponse } from '../../src/runtime/response.ts';
import {
  type BiotServer,
  biotError,
  LOGIN_CALL,
  loginAnswer,
  neverAnswer,
  PUBLIC_KEY_CALL,
  SERVICE_TOKEN,
  startBiotServer,
} from '../builders/biotServer.ts';
import { pluginEnvironment } from '../builders/config.ts';
import {
  directEvent,
  type FunctionUrlEvent,
  interceptedRequest,
  notificationEvent,
  PATIENT_ID,
  PATIENTS,
  patient,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
  TRACE_ID,
  toBase64,
  withBody,
} from '../builders/events.ts';
import { freePort } from '../builders/freePort.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { loadPlugin } from '../builders/plugin.ts';
import {
  createSigningKey,
  interceptorClaims,
  notificationClaims,
  signToken,
  userClaims,
} from '../builders/tokens.ts';

const key = createSigningKey();
const strangersKey = createSigningKey();
const notificationToken = signToken(key, notificationClaims());
const interceptorToken = signToken(key, interceptorClaims());
const userToken = signToken(key, userClaims());

/** The five kinds of events, each with the token it comes with. */
const events: [string, (token: string) => FunctionUrlEvent, string][] = [
  ['NOTIFICATION', notificationEvent, notificationToken],
  ['INTERCEPTOR_PRE', preEvent, interceptorToken],
  ['INTERCEPTOR_POST', postEvent, interceptorToken],
  ['INTERCEPTOR_POST_ENTITY', postEntityEvent, interceptorToken],
  ['NONSPECIFIC', directEvent, userToken],
];

const read = ({ statusCode, headers, body }: LambdaResponse) => ({
  statusCode,
  headers,
  body: JSON.parse(body),
});
const codeOf = (answer: LambdaResponse): unknown => [answer.statusCode, JSON.parse(answer.body).code];
const traceIdOf = ({ headers }: LambdaResponse): string | undefined => headers.traceparent?.split('-')[1];

describe('handler', () => {
  let biot: BiotServer;
  let captured: CapturedLog;

  beforeEach(async () => {
    biot = await startBiotServer(key.publicKey);
    biot.route(`GET ${PATIENTS}/${PATIENT_ID}`, { body: patient() });
    biot.route(`GET ${PATIENTS}`, { body: { data: [patient()], metadata: { page: { totalResults: 1 } } } });
    captured = captureLog();
  });

  afterEach(async () => {
    captured.restore();
    await biot.close();
  });

  const load = (overrides: Record<string, string> = {}) =>
    loadPlugin({ ...pluginEnvironment(biot.baseUrl), ...overrides });
  const headers = {
    'content-type': 'application/json',
    traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
  };
  const errorBody = (code: string, traceId = TRACE_ID) => ({
    code,
    message: expect.any(String),
    serviceName: 'Example',
    traceId,
    environment: 'test',
    details: {},
  });

  it('is declared with two parameters at most, as Lambda calls it', async () => {
    const { handler } = await load();

    expect(handler.length).toBeLessThanOrEqual(2);
  });

  describe('answers each hook', () => {
    it('answers a notification, and reads the patient within the trace as the service user', async () => {
      const { handler } = await load();

      const answer = await handler(notificationEvent(notificationToken));

      expect(read(answer)).toEqual({ statusCode: 200, headers, body: {} });
      expect(biot.requests.find(({ path }) => path === `${PATIENTS}/${PATIENT_ID}`)?.headers).toMatchObject({
        authorization: `Bearer ${SERVICE_TOKEN}`,
        traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
      });
    });

    it('answers a pre interceptor with the request: what it changed, and what it did not', async () => {
      const { handler } = await load();

      const answer = await handler(preEvent(interceptorToken));

      const { pathVariables: _pathVariables, ...request } = interceptedRequest();
      const body = { ...(request.body as object), _email: 'first.last@example.com' };
      expect(read(answer)).toEqual({ statusCode: 200, headers, body: { request: { ...request, body } } });
    });

    it('answers a pre interceptor that refuses with the error of its author', async () => {
      const { handler } = await load();
      const request = interceptedRequest({ body: { _dateOfBirth: '9999-01-01' } });

      const answer = await handler(preEvent(interceptorToken, { body: { request } }));

      expect(read(answer)).toEqual({ statusCode: 400, headers, body: errorBody('BIRTH_DATE_IN_FUTURE') });
    });

    it('answers a post interceptor with the response it changed', async () => {
      const { handler } = await load();
      const response = { body: patient({ _dateOfBirth: '1000-01-01' }), httpStatusCode: '200 OK' };

      const answer = await handler(postEvent(interceptorToken, { body: { response } }));

      const body = { ...response.body, ageInYears: new Date().getUTCFullYear() - 1000 };
      expect(read(answer)).toEqual({ statusCode: 200, headers, body: { response: { ...response, body } } });
    });

    it('answers a post entity interceptor with all entities', async () => {
      const { handler } = await load();

      const answer = await handler(postEntityEvent(interceptorToken));

      const entities = [patient({ _nationalId: '*******89' }), patient({ _id: 'p-2', _nationalId: '**' })];
      expect(read(answer)).toEqual({
        statusCode: 200,
        headers,
        body: { response: { entities, httpStatusCode: '200 OK' } },
      });
    });

    it.each<[string, object]>([
      ['empty', { entities: [] }],
      ['null', { entities: null }],
      ['absent', {}],
    ])('answers a post entity interceptor whose entities are %s', async (_name, entities) => {
      const { handler } = await load();
      const response = { ...entities, httpStatusCode: '200 OK' };

      const answer = await handler(postEntityEvent(interceptorToken, { body: { response } }));

      expect(read(answer)).toEqual({
        statusCode: 200,
        headers,
        body: { response: { entities: [], httpStatusCode: '200 OK' } },
      });
    });

    it('answers a post entity interceptor whose entities have neither name nor national id', async () => {
      const { handler } = await load();
      const response = {
        entities: [{ _id: '1' }, {}, { _name: null, _nationalId: null }],
        httpStatusCode: 'OK',
      };

      const answer = await handler(postEntityEvent(interceptorToken, { body: { response } }));

      expect(read(answer)).toEqual({ statusCode: 200, headers, body: { response } });
    });

    it('answers a direct call of somebody with any valid token', async () => {
      const { handler } = await load();

      const answer = await handler(directEvent(userToken));

      expect(read(answer)).toMatchObject({ statusCode: 200, body: { status: 'ok' } });
    });

    it('answers a scheduled event, which has no token and no trace', async () => {
      const { handler } = await load();

      const answer = await handler(scheduledEvent());

      expect(read(answer)).toMatchObject({ statusCode: 200, body: { patients: 1, pages: 1 } });
      expect(traceIdOf(answer)).toMatch(/^[0-9a-f]{32}$/);
    });

    it.each(events)('answers %s the same when the body comes as base64', async (_name, event, token) => {
      const { handler } = await load();

      const [plain, encoded] = [await handler(event(token)), await handler(toBase64(event(token)))];

      expect([encoded.statusCode, encoded.body]).toEqual([200, plain.body]);
    });

    it.each(events)(
      'answers %s the same whatever the case of its header names',
      async (_name, event, token) => {
        const { handler } = await load();
        const asSent = event(token);
        const inCapitals = Object.entries(asSent.headers).map(([name, value]) => [name.toUpperCase(), value]);

        const answers = [
          await handler(asSent),
          await handler({ ...asSent, headers: Object.fromEntries(inCapitals) }),
        ];

        expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
          [200, answers[0]?.body],
          [200, answers[0]?.body],
        ]);
      },
    );
  });

  describe('keeps the trace of each event', () => {
    it('gives two events of one container each its own trace id, in answers and in every log line', async () => {
      const { handler } = await load({ LOG_LEVEL: 'debug' });
      const first = notificationEvent(notificationToken, { traceId: '1'.repeat(32) });
      const second = withBody(notificationEvent(notificationToken, { traceId: '2'.repeat(32) }), '{');

      const answers = [
        await handler(first, { awsRequestId: 'r-1' }),
        await handler(second, { awsRequestId: 'r-2' }),
      ];

      expect(answers.map(traceIdOf)).toEqual(['1'.repeat(32), '2'.repeat(32)]);
      expect(JSON.parse(answers[1]?.body ?? '')).toEqual(errorBody('INVALID_BODY', '2'.repeat(32)));
      expect(tracesInLog()).toEqual([`r-1 ${'1'.repeat(32)}`, `r-2 ${'2'.repeat(32)}`]);
    });

    it('does so also when the events overlap', async () => {
      const { handler } = await load();
      const ids = Array.from({ length: 8 }, (_, index) => String(index + 1).repeat(32));

      const answers = await Promise.all(
        ids.map((traceId) =>
          handler(notificationEvent(notificationToken, { traceId }), { awsRequestId: traceId }),
        ),
      );

      expect(answers.map(traceIdOf)).toEqual(ids);
      expect(tracesInLog()).toEqual(ids.map((id) => `${id} ${id}`));
    });

    it('gives events without a trace each a new one', async () => {
      const { handler } = await load();

      const answers = [await handler(scheduledEvent()), await handler(scheduledEvent())];

      expect(new Set(answers.map(traceIdOf)).size).toBe(2);
    });

    /** Which request ids and trace ids stand together in the log. */
    const tracesInLog = () =>
      [...new Set(captured.records().map(({ requestId, traceId }) => `${requestId} ${traceId}`))].sort();
  });

  describe('authenticates', () => {
    it.each<[string, FunctionUrlEvent]>([
      ['a notification, by a user’s token', notificationEvent(userToken)],
      ['a notification, by an interceptor’s token', notificationEvent(interceptorToken)],
      ['a pre interceptor, by a user’s token', preEvent(userToken)],
      ['a pre interceptor, by a notification’s token', preEvent(notificationToken)],
      ['a post interceptor, by a user’s token', postEvent(userToken)],
      ['a post interceptor, by a notification’s token', postEvent(notificationToken)],
      ['a post entity interceptor, by a user’s token', postEntityEvent(userToken)],
      ['a post entity interceptor, by a notification’s token', postEntityEvent(notificationToken)],
    ])('refuses with 403 %s: it is valid but lacks the scope', async (_name, event) => {
      const { handler } = await load();

      const answer = await handler(event);

      expect(read(answer)).toEqual({ statusCode: 403, headers, body: errorBody('ACCESS_DENIED') });
      expect(biot.count(`GET ${PATIENTS}/${PATIENT_ID}`)).toBe(0);
    });

    it.each(events)('refuses %s with 401 when its token is signed by somebody else', async (_name, event) => {
      const { handler } = await load();
      const claims = { ...interceptorClaims(), scopes: ['PLUGIN_INTERCEPTOR', 'ACTION_NOTIFICATION'] };

      const answer = await handler(event(signToken(strangersKey, claims)));

      expect(codeOf(answer)).toEqual([401, 'JWT_ERROR']);
    });

    it.each<[string, FunctionUrlEvent]>([
      ['a notification without jwt', notificationEvent(undefined)],
      [
        'a notification with its token in the header only',
        notificationEvent(undefined, { headers: { authorization: `Bearer ${notificationToken}` } }),
      ],
      ['a pre interceptor without authorization', preEvent(undefined)],
      [
        'a pre interceptor with its token in the body only',
        preEvent(undefined, { body: { request: interceptedRequest(), jwt: interceptorToken } }),
      ],
      ['a post interceptor without authorization', postEvent(undefined)],
      [
        'a post interceptor with another scheme',
        postEvent(undefined, { headers: { authorization: `Basic ${interceptorToken}` } }),
      ],
      [
        'a post entity interceptor with an empty authorization',
        postEntityEvent(undefined, { headers: { authorization: '' } }),
      ],
      ['a direct call without a token', directEvent(undefined)],
      ['a direct call with an empty hook type', directEvent(undefined, { headers: { hooktype: '' } })],
    ])('refuses %s with 401', async (_name, event) => {
      const { handler } = await load();

      const answer = await handler(event);

      expect(codeOf(answer)).toEqual([401, 'JWT_ERROR']);
    });

    it.each<[string, unknown]>([
      ['in its body', withBody(directEvent(undefined), scheduledEvent())],
      [
        'in its body text',
        withBody(directEvent(undefined), JSON.stringify({ ...scheduledEvent(), scheduled: true })),
      ],
      ['beside the envelope', { ...directEvent(undefined), ...scheduledEvent() }],
      ['with an envelope of null', { ...scheduledEvent(), requestContext: null, headers: {} }],
    ])('refuses with 401 an HTTP call that pretends %s to be the scheduler', async (_name, event) => {
      const { handler } = await load();

      const answer = await handler(event);

      expect(codeOf(answer)).toEqual([401, 'JWT_ERROR']);
      expect(biot.count(`GET ${PATIENTS}`)).toBe(0);
    });

    it.each([
      ['BIOT_JWT_PERMISSION_NOTIFICATION', notificationEvent],
      ['PLUGIN_JWT_PERMISSION_NOTIFICATION', notificationEvent],
      ['BIOT_JWT_PERMISSION_INTERCEPTION', preEvent],
      ['PLUGIN_JWT_PERMISSION_INTERCEPTION', postEntityEvent],
    ])('requires the scope that %s names', async (name, event) => {
      const { handler } = await load({ [name]: 'ONE_OF_OURS' });
      const claims = interceptorClaims({ scopes: ['ONE_OF_OURS'] });

      const answers = [
        await handler(event(signToken(key, claims))),
        await handler(
          event(signToken(key, { ...claims, scopes: ['PLUGIN_INTERCEPTOR', 'ACTION_NOTIFICATION'] })),
        ),
      ];

      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 403]);
    });

    it.each([
      ['BIOT_SHOULD_VALIDATE_JWT', 'false'],
      ['BIOT_SHOULD_VALIDATE_JWT', 'False'],
      ['PLUGIN_SHOULD_VALIDATE_JWT', 'FALSE'],
    ])('asks nobody for a token when %s is %s', async (name, value) => {
      const { handler } = await load({ [name]: value });

      const answers = [
        await handler(notificationEvent(undefined)),
        await handler(preEvent(undefined)),
        await handler(postEvent('junk')),
        await handler(postEntityEvent(undefined, { headers: { authorization: 'no scheme' } })),
        await handler(directEvent(undefined)),
      ];

      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
      expect(biot.count(PUBLIC_KEY_CALL)).toBe(0);
    });

    it('validates when PLUGIN_SHOULD_VALIDATE_JWT says so, whatever the BIOT_ one says', async () => {
      const { handler } = await load({
        BIOT_SHOULD_VALIDATE_JWT: 'false',
        PLUGIN_SHOULD_VALIDATE_JWT: 'true',
      });

      const answer = await handler(preEvent(undefined));

      expect(codeOf(answer)).toEqual([401, 'JWT_ERROR']);
    });

    it('heals at once when BioT rotates its key right after the container has started', async () => {
      const { handler } = await load();
      const before = await handler(preEvent(interceptorToken));
      biot.route(PUBLIC_KEY_CALL, {
        body: { publicKey: strangersKey.publicKey, previousPublicKey: key.publicKey },
      });

      const answers = [
        await handler(preEvent(signToken(strangersKey, interceptorClaims()))),
        await handler(preEvent(interceptorToken)),
      ];

      expect([before, ...answers].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    });

    it('answers 502 while BioT cannot give its key, and recovers with the next event', async () => {
      const down = biotError(503, 'DOWN');
      biot.route(PUBLIC_KEY_CALL, down, down, down, down, { body: { publicKey: key.publicKey } });
      const { handler } = await load();

      const answers = [await handler(preEvent(interceptorToken)), await handler(preEvent(interceptorToken))];

      expect(answers.map(codeOf)).toEqual([
        [502, 'CALL_TO_API_FAILED'],
        [200, undefined],
      ]);
    });

    it('needs no network to verify when BIOT_PUBLIC_KEY is set and nothing is called', async () => {
      const { handler } = await loadPlugin({ BIOT_PUBLIC_KEY: key.pem });

      const answers = [
        await handler(preEvent(interceptorToken)),
        await handler(preEvent(signToken(strangersKey, interceptorClaims()))),
      ];

      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 401]);
    });
  });

  describe('logs in', () => {
    it('logs in once, at init, for all events', async () => {
      const { handler } = await load();

      await Promise.all(Array.from({ length: 10 }, () => handler(notificationEvent(notificationToken))));
      await handler(scheduledEvent());

      expect(biot.count(LOGIN_CALL)).toBe(1);
    });

    it('answers an interceptor that calls nothing while the login is down', async () => {
      biot.route(LOGIN_CALL, neverAnswer);
      const { handler } = await load();

      const answer = await handler(preEvent(interceptorToken));

      expect(answer.statusCode).toBe(200);
    });

    it('answers an interceptor that calls nothing without any credentials', async () => {
      const { handler } = await load({ BIOT_SERVICE_USER_ID: '', BIOT_SERVICE_USER_SECRET_KEY: '' });

      const answers = [
        await handler(preEvent(interceptorToken)),
        await handler(notificationEvent(notificationToken)),
      ];

      expect(answers.map(codeOf)).toEqual([
        [200, undefined],
        [500, 'INTERNAL_SERVER_ERROR'],
      ]);
      expect(biot.count(LOGIN_CALL)).toBe(0);
    });

    it('answers 502 while the login fails, and recovers with the next event', async () => {
      const down = biotError(500, 'INTERNAL_SERVER_ERROR');
      biot.route(LOGIN_CALL, down, down, loginAnswer(SERVICE_TOKEN));
      const { handler } = await load();

      const answers = [
        await handler(notificationEvent(notificationToken)),
        await handler(notificationEvent(notificationToken)),
      ];

      expect(answers.map(codeOf)).toEqual([
        [502, 'CALL_TO_API_FAILED'],
        [200, undefined],
      ]);
    });

    it('answers 502 with BioT’s status and code, not with its body, when a call of perform fails', async () => {
      biot.route(`GET ${PATIENTS}/${PATIENT_ID}`, biotError(403, 'ACCESS_DENIED', { name: 'First Last' }));
      const { handler } = await load();

      const answer = await handler(notificationEvent(notificationToken));

      expect(read(answer)).toEqual({
        statusCode: 502,
        headers,
        body: { ...errorBody('CALL_TO_API_FAILED'), details: { status: 403, code: 'ACCESS_DENIED' } },
      });
    });
  });

  describe('answers in time', () => {
    /** A Lambda that will be killed in `milliseconds`. */
    const contextOf = (milliseconds: number) => {
      const end = Date.now() + milliseconds;
      return { awsRequestId: 'r-1', getRemainingTimeInMillis: () => end - Date.now() };
    };

    it('answers 504 before Lambda’s limit when perform never ends', async () => {
      const { handler, interceptorPre } = await load();
      interceptorPre.perform = () => new Promise(() => undefined);
      await handler(directEvent(userToken));
      const start = Date.now();

      const answer = await handler(preEvent(interceptorToken), contextOf(600));

      expect(Date.now() - start).toBeLessThan(600);
      expect(read(answer)).toEqual({ statusCode: 504, headers, body: errorBody('TIMEOUT') });
    });

    it.each<[string, (server: BiotServer) => void]>([
      [
        'BioT never answers the call of perform',
        (server) => server.route(`GET ${PATIENTS}/${PATIENT_ID}`, neverAnswer),
      ],
      ['BioT never answers the login', (server) => server.route(LOGIN_CALL, neverAnswer)],
      ['BioT never gives its key', (server) => server.route(PUBLIC_KEY_CALL, neverAnswer)],
    ])('answers 504 before Lambda’s limit when %s', async (_name, breakIt) => {
      breakIt(biot);
      const { handler } = await load();
      const start = Date.now();

      const answer = await handler(notificationEvent(notificationToken), contextOf(600));

      expect(Date.now() - start).toBeLessThan(600);
      expect(codeOf(answer)).toEqual([504, 'TIMEOUT']);
    });

    it('drops what perform throws after its time', async () => {
      const { handler, interceptorPre } = await load();
      let fail: (error: Error) => void = () => undefined;
      interceptorPre.perform = () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        });

      const answer = await handler(preEvent(interceptorToken), contextOf(100));
      fail(new Error('too late'));
      const next = await handler(directEvent(userToken));

      expect([codeOf(answer), next.statusCode]).toEqual([[504, 'TIMEOUT'], 200]);
    });
  });

  describe('answers whatever perform does', () => {
    it.each<[string, () => unknown]>([
      ['throws an error', () => Promise.reject(new Error('inside'))],
      [
        'throws before it awaits anything',
        () => {
          throw new TypeError('inside');
        },
      ],
      ['throws nothing', () => Promise.reject(undefined)],
      ['throws null', () => Promise.reject(null)],
      ['throws text', () => Promise.reject('inside')],
      ['throws an object', () => Promise.reject({ status: 400, code: 'INSIDE', message: 'inside' })],
      ['throws an error that is its own cause', () => Promise.reject(selfCaused())],
      [
        'throws an error without a stack',
        () => Promise.reject(Object.assign(new Error('inside'), { stack: undefined })),
      ],
      [
        'throws an error with a stack that is no text',
        () => Promise.reject(Object.assign(new Error('inside'), { stack: 5 })),
      ],
      [
        'throws an error with a success',
        () => Promise.reject(Object.assign(new Error('inside'), { status: 200, code: 'FINE' })),
      ],
      ['returns nothing', () => Promise.resolve(undefined)],
      ['returns null', () => Promise.resolve(null)],
      ['returns what is no JSON', () => Promise.resolve({ request: { body: 10n } })],
      ['returns what holds itself', () => Promise.resolve({ request: { body: cyclic() } })],
    ])('answers 500 and tells nothing of the inside when it %s', async (_name, perform) => {
      const { handler, interceptorPre } = await load();
      interceptorPre.perform = perform as typeof interceptorPre.perform;

      const answer = await handler(preEvent(interceptorToken));

      expect(read(answer)).toEqual({
        statusCode: 500,
        headers,
        body: { ...errorBody('INTERNAL_SERVER_ERROR'), message: 'The plugin failed.' },
      });
    });

    it.each([400, 409, 422, 503])(
      'answers with the status %i and the code that its author throws',
      async (status) => {
        const { handler, interceptorPre, PluginError } = await load();
        interceptorPre.perform = () =>
          Promise.reject(new PluginError({ status, code: 'NOT_TODAY', message: 'No.' }));

        const answer = await handler(preEvent(interceptorToken));

        expect(read(answer)).toEqual({
          statusCode: status,
          headers,
          body: { ...errorBody('NOT_TODAY'), message: 'No.' },
        });
      },
    );

    it.each<[string, Record<string, unknown>]>([
      ['hold themselves', cyclic()],
      ['are no JSON', { size: 10n }],
    ])(
      'answers with an error of BioT’s shape when the details of an author’s error %s',
      async (_name, details) => {
        const { handler, interceptorPre, PluginError } = await load();
        interceptorPre.perform = () =>
          Promise.reject(new PluginError({ status: 409, code: 'NOT_TODAY', message: 'No.' }, { details }));

        const answer = await handler(preEvent(interceptorToken));

        expect(read(answer)).toMatchObject({ headers, body: { serviceName: 'Example', traceId: TRACE_ID } });
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      },
    );
  });

  it('answers 502 when nobody listens at the base URL', async () => {
    const port = await freePort();
    const { handler } = await loadPlugin(pluginEnvironment(`http://127.0.0.1:${port}`));

    const answer = await handler(notificationEvent(notificationToken));

    expect(codeOf(answer)).toEqual([502, 'CALL_TO_API_FAILED']);
  });
});

function cyclic(): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  object.self = object;
  return object;
}

function selfCaused(): Error {
  const error = new Error('inside');
  error.cause = error;
  return error;
}
