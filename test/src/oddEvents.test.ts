import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';
import { pluginEnvironment } from '../builders/config.ts';
import {
  directEvent,
  notificationEvent,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
  withBody,
} from '../builders/events.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { type LoadedPlugin, loadPlugin } from '../builders/plugin.ts';
import { oddlyThrown } from '../builders/thrown.ts';
import {
  createSigningKey,
  interceptorClaims,
  notificationClaims,
  signToken,
  unsignedToken,
} from '../builders/tokens.ts';

const key = createSigningKey();
const notification = notificationEvent(signToken(key, notificationClaims()));
const pre = preEvent(signToken(key, interceptorClaims()));
const post = postEvent(signToken(key, interceptorClaims()));
const postEntity = postEntityEvent(signToken(key, interceptorClaims()));
const direct = directEvent(signToken(key, interceptorClaims()));
const withHeaders = (headers: unknown) => ({ ...direct, headers });

/** Event, and the code it is answered with; undefined is a success. */
const oddEvents: [string, unknown, string | undefined][] = [
  ['undefined', undefined, 'NO_EVENT'],
  ['null', null, 'NO_EVENT'],
  ['zero', 0, 'NO_EVENT'],
  ['a number', 42, 'NO_EVENT'],
  ['not a number', Number.NaN, 'NO_EVENT'],
  ['a number beyond JSON', 10n, 'NO_EVENT'],
  ['true', true, 'NO_EVENT'],
  ['empty text', '', 'NO_EVENT'],
  ['text', 'event', 'NO_EVENT'],
  ['JSON text', JSON.stringify(pre), 'NO_EVENT'],
  ['a symbol', Symbol('event'), 'NO_EVENT'],
  ['a function', () => undefined, 'NO_EVENT'],
  ['an empty list', [], 'NO_EVENT'],
  ['a list of events', [pre], 'NO_EVENT'],
  ['an empty object', {}, 'JWT_ERROR'],
  ['an object without a prototype', Object.create(null), 'JWT_ERROR'],
  ['an object that holds itself', cyclic({}), 'JWT_ERROR'],
  ['an event that holds itself', cyclic({ ...pre }), undefined],
  ['a body that holds itself', { ...pre, body: cyclic({}) }, 'NO_DATA'],
  ['a date', new Date(), 'JWT_ERROR'],
  ['a map', new Map([['headers', {}]]), 'JWT_ERROR'],
  ['headers that are null', withHeaders(null), 'JWT_ERROR'],
  ['headers that are undefined', withHeaders(undefined), 'JWT_ERROR'],
  ['headers that are text', withHeaders('hooktype: NOTIFICATION'), 'JWT_ERROR'],
  ['headers that are a list', withHeaders(['NOTIFICATION']), 'JWT_ERROR'],
  ['headers of nulls', withHeaders({ hooktype: null, authorization: null, traceparent: null }), 'JWT_ERROR'],
  ['headers of lists', withHeaders({ authorization: ['Bearer x'], traceparent: ['00'] }), 'JWT_ERROR'],
  [
    'headers of objects',
    withHeaders({ authorization: {}, traceparent: {}, 'content-type': {} }),
    'JWT_ERROR',
  ],
  ['headers of numbers', withHeaders({ authorization: 1, traceparent: 2, 'content-type': 3 }), 'JWT_ERROR'],
  ['a hook type that every object has', withHeaders({ hooktype: 'constructor' }), 'UNKNOWN_HOOK_TYPE'],
  ['the hook type __proto__', withHeaders({ hooktype: '__proto__' }), 'UNKNOWN_HOOK_TYPE'],
  [
    'a header named __proto__',
    withHeaders(JSON.parse('{"__proto__":{"hooktype":"NOTIFICATION"}}')),
    'JWT_ERROR',
  ],
  ['no body', withBody(pre, undefined), 'NO_DATA'],
  ['a body of null', withBody(notification, null), 'NO_DATA'],
  ['an empty body', withBody(post, ''), 'NO_DATA'],
  ['a body of JSON’s null', withBody(postEntity, 'null'), 'NO_DATA'],
  ['a body of a number', withBody(pre, '5'), 'NO_DATA'],
  ['a body that is a number', withBody(pre, 5), 'NO_DATA'],
  ['a body of text', withBody(pre, '"text"'), 'NO_DATA'],
  ['a body of a list', withBody(pre, '[]'), 'NO_DATA'],
  ['a body that is a list', withBody(pre, []), 'NO_DATA'],
  ['a body of an empty object', withBody(notification, '{}'), 'NO_DATA'],
  ['a body without metadata', withBody(notification, '{"data":{}}'), 'NO_METADATA'],
  ['a broken body', withBody(pre, '{"request":'), 'INVALID_BODY'],
  ['a body of an emoji cut in two', withBody(pre, '\ud83d'), 'INVALID_BODY'],
  ['a body that is no base64', { ...pre, body: '????', isBase64Encoded: true }, 'INVALID_BODY'],
  ['a body deeply nested', withBody(pre, '['.repeat(100_000)), 'INVALID_BODY'],
  ['a token that is null', withBody(notification, '{"data":{},"metadata":{},"jwt":null}'), 'JWT_ERROR'],
  ['a token that is a list', withBody(notification, '{"data":{},"metadata":{},"jwt":[]}'), 'JWT_ERROR'],
  ['a token whose claims are null', preEvent(unsignedToken(null, { alg: 'RS512', typ: 'JWT' })), 'JWT_ERROR'],
  ['a request context of null', { ...direct, requestContext: null }, undefined],
  ['a query of null', { ...direct, queryStringParameters: null }, undefined],
  ['a path that is a number', { ...direct, rawPath: 5 }, undefined],
  [
    'a request that is null',
    preEvent(signToken(key, interceptorClaims()), { body: { request: null } }),
    'NO_DATA',
  ],
  [
    'a response that is null',
    postEvent(signToken(key, interceptorClaims()), { body: { response: null } }),
    'NO_DATA',
  ],
  ['a scheduled event and nothing else', { scheduled: true }, undefined],
  ['a schedule that names no time', scheduledEvent({ time: null, resources: null, detail: null }), undefined],
];

describe('handler, given an odd event', () => {
  let biot: BiotServer;
  let captured: CapturedLog;
  let validating: LoadedPlugin;
  let trusting: LoadedPlugin;
  let failing: LoadedPlugin;

  beforeAll(async () => {
    biot = await startBiotServer(key.publicKey);
    biot.route('GET /organization/v1/users/patients', { body: { data: [] } });
    const environment = pluginEnvironment(biot.baseUrl);
    captured = captureLog();
    validating = await loadPlugin(environment);
    trusting = await loadPlugin({ ...environment, PLUGIN_SHOULD_VALIDATE_JWT: 'false' });
    failing = await loadPlugin(environment);
  });

  afterAll(async () => {
    captured.restore();
    await biot.close();
  });

  const wellFormed = {
    statusCode: expect.any(Number),
    headers: {
      'content-type': 'application/json',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
    },
    body: expect.any(String),
  };

  it.each(oddEvents)('answers %s well-formed and with the right code', async (_name, event, code) => {
    const answer = await validating.handler(event);

    const body = JSON.parse(answer.body);
    expect(answer).toEqual(wellFormed);
    expect([answer.statusCode < 400, body.code]).toEqual([code === undefined, code]);
    expect(body.traceId).toBe(code && answer.headers.traceparent?.split('-')[1]);
  });

  it.each(oddEvents)('answers %s well-formed also when tokens are not validated', async (_name, event) => {
    const answer = await trusting.handler(event);

    expect(answer).toEqual(wellFormed);
    expect(JSON.parse(answer.body)).toEqual(expect.any(Object));
    expect(answer.statusCode).not.toBe(500);
  });

  it.each(oddlyThrown)('answers 500 and logs it when perform throws %s', async (_name, thrown) => {
    failing.interceptorPre.perform = () => Promise.reject(thrown);
    const linesBefore = captured.records().length;

    const answer = await failing.handler(pre);

    const lines = captured.records().slice(linesBefore);
    expect([answer.statusCode, JSON.parse(answer.body).code]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(lines.map(({ level, message, code }) => [level, message, code])).toEqual([
      ['error', 'The plugin failed', 'INTERNAL_SERVER_ERROR'],
      ['info', 'Metrics', 'INTERNAL_SERVER_ERROR'],
    ]);
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it.each<[string, unknown]>([
    ['no context', undefined],
    ['null for a context', null],
    ['an empty context', {}],
    ['a context whose request id is no text', { awsRequestId: 5 }],
    ['a context whose request id is null', { awsRequestId: null }],
    ['a context that tells no number', { getRemainingTimeInMillis: () => undefined }],
  ])('answers well, given %s', async (_name, context) => {
    const answer = await validating.handler(pre, context as Parameters<LoadedPlugin['handler']>[1]);

    expect(answer).toEqual({ ...wellFormed, statusCode: 200 });
  });
});

function cyclic(object: Record<string, unknown>): Record<string, unknown> {
  object.self = object;
  return object;
}
