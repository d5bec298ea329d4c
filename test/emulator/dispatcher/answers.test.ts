import {
  createTestDispatcher,
  interceptedCall,
  interceptedRequest,
  interception,
  type TestDispatcher,
} from '../../builders/dispatcher.ts';
import { type HookEndpoint, sendJson, startHookEndpoint } from '../../builders/hookEndpoint.ts';

type Json = Record<string, unknown>;

let endpoint: HookEndpoint;
let dispatcher: TestDispatcher;

beforeAll(async () => {
  endpoint = await startHookEndpoint();
  const types = ['PRE_REQUEST', 'ADAPT_ENTITY', 'POST_REQUEST'] as const;
  dispatcher = createTestDispatcher(
    types.map((type) => interception(endpoint.url, { type, pluginName: 'mine' })),
  );
});

afterEach(() => {
  endpoint.requests.length = 0;
  dispatcher.logged.length = 0;
});

afterAll(async () => {
  dispatcher.close();
  await endpoint.close();
});

const answer = (body: unknown) =>
  endpoint.answerBy((_request, reply) => {
    if (typeof body === 'string') reply.end(body);
    else sendJson(reply, body);
  });

const request = interceptedRequest();
const askPre = () => dispatcher.interceptRequest(interceptedCall(), request);
const adapt = (entities: Json[], entityCount?: number) =>
  dispatcher.adaptEntities(interceptedCall(), {
    request,
    status: 200,
    content: entities,
    ...(entityCount !== undefined && { entityCount }),
  });
const askPost = (content: unknown) =>
  dispatcher.interceptResponse(interceptedCall(), { request, status: 201, content });

const failed = (message: string) => ({ status: 500, code: 'INTERNAL_SERVER_ERROR', message, details: {} });

describe('a status that HTTP does not have', () => {
  it('fails the call', async () => {
    endpoint.answerBy((_request, reply) => sendJson(reply, {}, 999));

    const result = askPre();

    const message = 'mine answered its INTERCEPTOR_PRE event with the status 999, which HTTP does not have';
    await expect(result).rejects.toMatchObject(failed(message));
  });
});

describe('the answer of PRE', () => {
  const path = '/organization/v1/users/patients/templates/Other';

  it.each<[string, Json, Json]>([
    ['all it may', { path, queryParameters: { a: ['1', '2'] }, headers: { b: 'c' }, body: [1] }, {}],
    ['the path alone', { path }, {}],
    ['a body of null', { path, body: null }, {}],
    ['fields of null as if they were absent', { path, headers: null, queryParameters: null }, request],
    [
      'numbers as text',
      { path, headers: { n: 1 }, queryParameters: { t: [true] } },
      { headers: { n: '1' }, queryParameters: { t: ['true'] } },
    ],
    [
      'path variables without effect',
      { path, pathVariables: [{ name: 'id', value: 'x' }] },
      { pathVariables: [] },
    ],
  ])('may change %s', async (_name, changed, taken) => {
    answer({ ...{ initiatorData: {}, more: true }, request: changed });

    const result = await askPre();

    const { headers, queryParameters, pathVariables } = {
      ...request,
      ...changed,
      ...taken,
    } as typeof request;
    const body = 'body' in changed ? changed.body : request.body;
    expect(result).toEqual({ path, headers, queryParameters, pathVariables, body });
  });

  it.each<[string, unknown, string]>([
    ['is empty', '', 'with an empty body'],
    ['is no JSON', 'well', 'with text that is not JSON'],
    ['is a list', [], 'without a JSON object'],
    ['is JSON within text', '"{}"', 'without a JSON object'],
    ['is the request without its wrapper', request, 'without { "request": … } around it'],
    ['is of another hook', { response: {} }, 'without an object named request'],
    ['is a wrapper of nothing', { request: null }, 'without an object named request'],
    ['has no path', { request: { body: {} } }, 'without request.path, which is mandatory'],
    ['has a path of another type', { request: { path: 7 } }, 'with a request.path that is no path: 7'],
    [
      'has a whole URL',
      { request: { path: 'https://x/y' } },
      'with a request.path that is no path: "https://x/y"',
    ],
    [
      'goes to another service',
      { request: { path: '/device/v2/devices' } },
      'with a request.path of another service: /device/v2/devices instead of /organization/…',
    ],
    [
      'has a query of text',
      { request: { path, queryParameters: 'a=1' } },
      'with request.queryParameters that are no object',
    ],
    [
      'has query values that are no list',
      { request: { path, queryParameters: { a: '1' } } },
      'with a request.queryParameters.a that is no list of texts',
    ],
    [
      'has a query value that is no text',
      { request: { path, queryParameters: { a: [{}] } } },
      'with a request.queryParameters.a that is no text',
    ],
    [
      'has headers of text',
      { request: { path, headers: 'a: b' } },
      'with request.headers that are no object',
    ],
    [
      'has a list of values for a header',
      { request: { path, headers: { a: ['b'] } } },
      'with a request.headers.a that is no text',
    ],
  ])('fails the call, and its author is told, when it %s', async (_name, body, what) => {
    answer(body);

    const result = askPre();

    const message = `mine answered its INTERCEPTOR_PRE event ${what}`;
    await expect(result).rejects.toMatchObject(failed(message));
    expect(dispatcher.logged).toEqual([`[mine] POST/organization/v1/users/patients: ${message}`]);
    expect(dispatcher.logs.read('mine').at(-1)).toMatchObject({
      text: `POST/organization/v1/users/patients: ${message}`,
      traceId: interceptedCall().origin.traceId,
    });
  });
});

const malformedResponses: [string, unknown, string][] = [
  ['is empty', '', 'with an empty body'],
  [
    'is the response without its wrapper',
    { httpStatusCode: '200 OK' },
    'without { "response": … } around it',
  ],
  ['is of another hook', { request: {} }, 'without an object named response'],
  ['has no status', { response: {} }, 'without response.httpStatusCode, which is mandatory'],
  [
    'has a status that is none',
    { response: { httpStatusCode: 'FINE' } },
    'with a response.httpStatusCode that is no status: "FINE"',
  ],
];

describe('the answer of POST', () => {
  it.each<[string, Json, { status: number; content: unknown }]>([
    ['body and status', { body: 'text', httpStatusCode: '202 ACCEPTED' }, { status: 202, content: 'text' }],
    ['the status alone', { httpStatusCode: 'ACCEPTED' }, { status: 202, content: { _id: 'one' } }],
    ['the body to null', { body: null, httpStatusCode: 204 }, { status: 204, content: null }],
    ['a success to an error', { body: {}, httpStatusCode: '404 NOT_FOUND' }, { status: 404, content: {} }],
  ])('may change %s', async (_name, response, expected) => {
    answer({ response });

    const result = await askPost({ _id: 'one' });

    expect(result).toEqual({ request, ...expected });
  });

  it('is asked with null where the API answers nothing', async () => {
    endpoint.answerBy(({ body }, reply) => sendJson(reply, { response: body.response }));

    const result = await askPost(undefined);

    expect(endpoint.requests[0]?.body.response).toEqual({ body: null, httpStatusCode: '201 CREATED' });
    expect(result.content).toBeNull();
  });

  it.each(malformedResponses)('fails the call when it %s', async (_name, body, what) => {
    answer(body);

    const result = askPost({ _id: 'one' });

    await expect(result).rejects.toMatchObject(failed(`mine answered its INTERCEPTOR_POST event ${what}`));
  });
});

describe('the answer of ADAPT_ENTITY', () => {
  it.each<[string, unknown, Json[]]>([
    ['entities', [{ _id: 'a' }, { _id: 'b' }], [{ _id: 'a' }, { _id: 'b' }]],
    ['none of them', undefined, [{ _id: 'one' }]],
    ['none of them by null', null, [{ _id: 'one' }]],
    ['them to none', [], []],
  ])('may change, in a search, %s', async (_name, entities, content) => {
    answer({ response: { httpStatusCode: '200 OK', entities } });

    const result = await adapt([{ _id: 'one' }]);

    expect(result.content).toEqual(content);
  });

  it.each([
    ...malformedResponses,
    [
      'has entities that are no list',
      { response: { httpStatusCode: '200 OK', entities: {} } },
      'with response.entities that are no list of objects',
    ] as const,
    [
      'has entities that are none',
      { response: { httpStatusCode: '200 OK', entities: ['one'] } },
      'with response.entities that are no list of objects',
    ] as const,
    [
      'has none where there is one',
      { response: { httpStatusCode: '200 OK', entities: [] } },
      'with 0 response.entities, where this API has 1',
    ] as const,
    [
      'has two where there is one',
      { response: { httpStatusCode: '200 OK', entities: [{}, {}] } },
      'with 2 response.entities, where this API has 1',
    ] as const,
  ])('fails the call when it %s', async (_name, body, what) => {
    answer(body);

    const result = adapt([{ _id: 'one' }], 1);

    await expect(result).rejects.toMatchObject(
      failed(`mine answered its INTERCEPTOR_POST_ENTITY event ${what}`),
    );
  });
});
