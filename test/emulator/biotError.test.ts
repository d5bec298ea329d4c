import {
  errorBody,
  type Json,
  newPatient,
  PATIENTS,
  PLUGINS,
  sendRaw,
  startTestEmulator,
  type TestEmulator,
  TRACEPARENT,
} from '../builders/emulator.ts';

const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';
const JSON_TYPE = { 'content-type': 'application/json' };

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterAll(() => biot.close());

const send = (call: string, headers: Record<string, string> = {}, body?: string) => {
  const [method = '', path = ''] = call.split(' ');
  return sendRaw(biot.baseUrl, path, {
    method,
    headers: { ...headers, ...(body && { 'content-length': String(Buffer.byteLength(body)) }) },
    ...(body !== undefined && { body: Buffer.from(body) }),
  });
};
const authorized = () => ({ authorization: `Bearer ${biot.token}` });

describe('every refusal', () => {
  it.each<[string, number, string, () => ReturnType<typeof send>]>([
    ['an unknown path', 404, 'NOT_FOUND', () => send('GET /nowhere?a=1')],
    ['an unknown method', 404, 'NOT_FOUND', () => send('PUT /ums/v2/users/login')],
    ['a wrong login', 403, 'LOGIN_FAILED', () => send('POST /ums/v2/users/login', JSON_TYPE, '{}')],
    ['no token', 401, 'TOKEN_NOT_VALID', () => send(`GET ${PATIENTS}`)],
    ['no token at settings', 401, 'TOKEN_NOT_VALID', () => send(`GET ${PLUGINS}/a`)],
    ['a body that is no JSON', 400, 'BAD_REQUEST', () => send('POST /ums/v2/users/login', JSON_TYPE, '{')],
    [
      'a body of another type',
      415,
      'BAD_REQUEST',
      () => send('POST /ums/v2/users/login', { 'content-type': 'application/x-own' }, 'a=1'),
    ],
    [
      'a search that is no JSON',
      400,
      'BAD_REQUEST',
      () => send(`GET ${PATIENTS}?searchRequest=nonsense`, authorized()),
    ],
    [
      'an entity that is not there',
      404,
      'USER_NOT_FOUND',
      () => send(`GET ${PATIENTS}/nobody`, authorized()),
    ],
    ['a path with a broken escape', 400, 'BAD_REQUEST', () => send(`GET ${PATIENTS}/%F`, authorized())],
  ])('has trace id and traceparent: %s', async (_name, ...[status, code, refused]) => {
    const answer = await refused();

    expect([answer.status, answer.body, answer.headers.traceparent]).toEqual([
      status,
      { ...errorBody(code), details: expect.any(Object) },
      TRACEPARENT,
    ]);
    expect(answer.headers.traceparent?.split('-')[1]).toBe((answer.body as Json).traceId);
  });

  it("keeps the caller's trace", async () => {
    const answer = await send('GET /nowhere', { traceparent: `00-${TRACE_ID}-ff435abc75711595-01` });

    expect([(answer.body as Json).traceId, answer.headers.traceparent]).toEqual([
      TRACE_ID,
      expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-0[01]$`),
    ]);
    expect(answer.headers.traceparent).not.toContain('ff435abc75711595');
  });

  it.each([
    'nonsense',
    `00-${TRACE_ID}`,
    `00-${TRACE_ID.slice(1)}-ff435abc75711595-00`,
    `00-${'0'.repeat(32)}-ff435abc75711595-00`,
    '',
  ])('begins a new trace when the header is %j', async (traceparent) => {
    const answers = [
      await send('GET /nowhere', { traceparent }),
      await send('GET /nowhere', { traceparent }),
    ];

    const ids = answers.map(({ body }) => (body as Json).traceId);
    expect(ids).toEqual([
      expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/),
      expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/),
    ]);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('an answer without refusal', () => {
  it("carries the caller's trace back", async () => {
    const answer = await biot.call(`POST ${PATIENTS}`, {
      body: newPatient(),
      headers: { traceparent: `00-${TRACE_ID}-ff435abc75711595-00` },
    });

    expect([answer.status, answer.headers.traceparent]).toEqual([
      201,
      expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
    ]);
  });
});

describe('a refusal that the terminal is told of', () => {
  it('explains itself in one line, without a stack', async () => {
    const hook = { type: 'PRE_REQUEST', apiId: `GET${PATIENTS}`, endpoint: 'http://127.0.0.1:1/' };
    await biot.call('POST /dispatcher/v1/hooks/interceptions/subscribe', { body: hook });

    const { status, body } = await biot.call(`GET ${PATIENTS}`);
    await biot.call('POST /dispatcher/v1/hooks/interceptions/unsubscribe', { body: hook });

    const { code, message } = body as { code: string; message: string };
    expect(status).toBeGreaterThanOrEqual(500);
    expect(biot.logged).toContain(`GET /organization/*: ${code}: ${message}`);
    expect(biot.logged.join()).not.toMatch(/\n +at /);
  });
});

describe('a route that nobody has', () => {
  it('says where to add it', async () => {
    const { body } = await biot.call('GET /reports/v1/reports?from=2026');

    expect(body).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(
        /^The local BioT does not have GET \/reports\/v1\/reports\. .*emulator\/entities\/apis\.ts/,
      ),
    });
  });
});
