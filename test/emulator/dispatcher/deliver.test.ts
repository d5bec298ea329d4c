import { createServer as createTcpServer } from 'node:net';
import { BiotError } from '../../../emulator/biotError.ts';
import {
  arrival,
  createTestDispatcher,
  interceptedCall,
  interceptedRequest,
  interception,
  notification,
  type TestDispatcher,
  TRACE_ID,
} from '../../builders/dispatcher.ts';
import { type Answer, type HookEndpoint, sendJson, startHookEndpoint } from '../../builders/hookEndpoint.ts';

const TRACEPARENT_OF_HOOK = expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`);
const types = ['PRE_REQUEST', 'ADAPT_ENTITY', 'POST_REQUEST'] as const;

let endpoint: HookEndpoint;
let dispatcher: TestDispatcher | undefined;

beforeEach(async () => {
  endpoint = await startHookEndpoint();
});

afterEach(async () => {
  dispatcher?.close();
  await endpoint.close();
});

/** Asks the interceptors of a type as an API call does; resolves to the error if it is refused. */
const ask = async (type: (typeof types)[number], url = endpoint.url, timeoutMs = 10_000) => {
  dispatcher = createTestDispatcher([interception(url, { type })], { timeoutMs });
  const request = interceptedRequest();
  const at = { request, status: 201, content: [{ _id: 'one' }] };
  const ways = {
    PRE_REQUEST: () => dispatcher?.interceptRequest(interceptedCall(), request),
    ADAPT_ENTITY: () => dispatcher?.adaptEntities(interceptedCall(), at),
    POST_REQUEST: () => dispatcher?.interceptResponse(interceptedCall(), at),
  };
  return Promise.resolve(ways[type]()).catch((error: unknown) => error);
};

const failure = (message: string, status = 500, code = 'INTERNAL_SERVER_ERROR') =>
  Object.assign(new BiotError({ status, code, message }));

describe('the headers of an event', () => {
  it.each([
    ['PRE_REQUEST', 'INTERCEPTOR_PRE'],
    ['ADAPT_ENTITY', 'INTERCEPTOR_POST_ENTITY'],
    ['POST_REQUEST', 'INTERCEPTOR_POST'],
  ] as const)('are for %s those of the capture', async (type, hookType) => {
    await ask(type);

    const [{ method, url, headers, body }] = endpoint.requests as [(typeof endpoint.requests)[0]];
    expect([method, url]).toEqual(['POST', '/hook']);
    expect(headers).toEqual({
      accept: 'application/json, application/octet-stream, application/cbor, application/*+json',
      'accept-encoding': 'gzip, x-gzip, deflate',
      'accept-language': 'en-us',
      authorization: 'Bearer token-of-INTERCEPTOR',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(JSON.stringify(body))),
      'content-type': 'application/json',
      hooktype: hookType,
      host: new URL(endpoint.url).host,
      traceparent: TRACEPARENT_OF_HOOK,
      'user-agent': 'Apache-HttpClient/5.1.4 (Java/17.0.6)',
    });
  });

  it('are for a notification those of the capture, without its token', async () => {
    dispatcher = createTestDispatcher([notification(endpoint.url)]);

    dispatcher.notify({
      origin: arrival(),
      entityTypeName: 'patient',
      actionName: '_create',
      entity: { _id: 'one' },
      startedAt: new Date(),
    });

    const [{ headers, body }] = (await endpoint.until(1)) as [(typeof endpoint.requests)[0]];
    expect(headers).toEqual({
      accept: '*/*',
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(JSON.stringify(body))),
      'content-type': 'application/json',
      hooktype: 'NOTIFICATION',
      host: new URL(endpoint.url).host,
      traceparent: TRACEPARENT_OF_HOOK,
      'user-agent': 'ReactorNetty/1.2.10',
    });
    expect(body.jwt).toBe('token-of-NOTIFICATION');
  });

  it('name the span that the trace has of the hook', async () => {
    await ask('PRE_REQUEST');

    const [request] = endpoint.requests;
    const [span] = dispatcher?.traces.find(TRACE_ID)?.spans ?? [];
    expect(request?.headers.traceparent).toBe(`00-${TRACE_ID}-${span?.id}-00`);
    expect(span).toMatchObject({ kind: 'HOOK', name: `INTERCEPTOR_PRE ${endpoint.url}`, status: 200 });
  });

  it('are sent to the whole of the address, of which the query is not told', async () => {
    await ask('PRE_REQUEST', `${endpoint.url}/deep?key=secret`);

    const [span] = dispatcher?.traces.find(TRACE_ID)?.spans ?? [];
    expect(endpoint.requests[0]?.url).toBe('/hook/deep?key=secret');
    expect(span?.name).toBe(`INTERCEPTOR_PRE ${endpoint.url}/deep`);
  });
});

const failures: [string, Answer, string][] = [
  ['breaks the connection', ({ socket }) => socket.resetAndDestroy(), 'read ECONNRESET'],
  ['closes it without a word', ({ socket }) => socket.destroy(), 'socket hang up'],
  [
    'closes it in the middle of its answer',
    ({ socket }, reply) => {
      reply.writeHead(200, { 'content-length': '100' }).write('{"request":', () => socket.destroy());
    },
    'aborted',
  ],
];

describe('an endpoint that does not answer', () => {
  it.each(
    types.flatMap((type) =>
      failures.map(([name, answer, reason]) => [type, name, { answer, reason }] as const),
    ),
  )("gives the caller, when one of %s %s, BioT's error", async (type, _name, { answer, reason }) => {
    endpoint.answerBy(answer);

    const error = await ask(type);

    const hookType = { PRE_REQUEST: 'PRE', ADAPT_ENTITY: 'POST_ENTITY', POST_REQUEST: 'POST' }[type];
    const text = `${endpoint.url} did not answer its INTERCEPTOR_${hookType} event: ${reason}`;
    expect(error).toEqual(failure(text));
    expect(dispatcher?.logged).toEqual([`[${endpoint.url}] POST/organization/v1/users/patients: ${text}`]);
  });

  it.each([
    ['nobody listens there', 'http://127.0.0.1:1/hook', 'connect ECONNREFUSED 127.0.0.1:1'],
    [
      'its name is unknown',
      'http://no-such-host.invalid/hook',
      expect.stringContaining('no-such-host.invalid'),
    ],
    ['its URL is none', 'not a URL', 'Invalid URL'],
  ])("gives the caller BioT's error when %s", async (_name, url, reason) => {
    const error = await ask('PRE_REQUEST', url);

    const [span] = dispatcher?.traces.find(TRACE_ID)?.spans ?? [];
    expect(error).toMatchObject({ status: 500, code: 'INTERNAL_SERVER_ERROR', details: {} });
    expect(span?.error).toEqual(reason);
  });

  it("gives the caller BioT's own timeout when it takes too long", async () => {
    endpoint.answerBy(() => undefined);

    const error = await ask('PRE_REQUEST', endpoint.url, 200);

    expect(error).toEqual(
      failure(
        `${endpoint.url} did not answer its INTERCEPTOR_PRE event: no answer within 0.2 s`,
        504,
        'GATEWAY_TIMEOUT',
      ),
    );
  });

  it('may be one that speaks something else', async () => {
    const server = createTcpServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    const error = await ask('PRE_REQUEST', `http://127.0.0.1:${port}/`);

    expect(error).toMatchObject({ status: 500, message: expect.stringContaining('Parse Error') });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a refusal', () => {
  it.each(types)('of %s is passed on with all that is meant for the caller', async (type) => {
    const headers = { 'content-type': 'text/plain', 'retry-after': '3', 'www-authenticate': 'Bearer' };
    endpoint.answerBy((_request, reply) => reply.writeHead(401, headers).end('no'));

    const error = await ask(type);

    expect(error).toMatchObject({ answer: { status: 401, headers, body: Buffer.from('no') } });
  });

  it('is no failure that the plugin’s author is warned of', async () => {
    endpoint.answerBy((_request, reply) => sendJson(reply, { code: 'NO' }, 403));

    await ask('PRE_REQUEST');

    expect(dispatcher?.logged).toEqual([]);
  });
});
