import { connect } from 'node:net';
import {
  errorBody,
  type Json,
  newPatient,
  PATIENTS,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';

const LATENCY_MS = 300;

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterEach(() => biot.call('DELETE /emulator/faults'));

afterAll(() => biot.close());

const addFault = async (fault: Json) => {
  const answer = await biot.call('POST /emulator/faults', { body: fault, token: null });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body as Json & { id: string };
};

const search = () => biot.call(`GET ${PATIENTS}`);
const totalPatients = async () =>
  ((await search()).body as { metadata: { page: { totalResults: number } } }).metadata.page.totalResults;

/** What comes over the wire, and how the connection ends. */
async function callRaw(method: string, path: string, body = ''): Promise<{ received: string; end: string }> {
  const { hostname, port } = new URL(biot.baseUrl);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let end = 'closed';
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = String(error.code);
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${biot.token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  await closed;
  return { received: Buffer.concat(chunks).toString(), end };
}

describe('a fault of the kind latency', () => {
  it('keeps the caller waiting, and then all is as ever', async () => {
    await addFault({ service: 'organization', kind: 'latency', ms: LATENCY_MS });
    const begun = performance.now();

    const { status } = await search();

    expect(status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(LATENCY_MS - 5);
  });

  it('does not hold up the end of the local BioT', async () => {
    const other = await startTestEmulator();
    const body = { service: 'organization', kind: 'latency', ms: 600_000 };
    await other.call('POST /emulator/faults', { body });
    const pending = other.call(`GET ${PATIENTS}`).catch(() => ({ status: 0 }));
    while (((await other.call('GET /emulator/faults')).body as unknown[]).length > 0);

    await other.close();

    expect((await pending).status).not.toBe(200);
  });
});

describe('a fault of the kind status', () => {
  it.each([
    [401, 'TOKEN_NOT_VALID'],
    [403, 'ACCESS_DENIED'],
    [500, 'INTERNAL_SERVER_ERROR'],
    [503, 'SERVICE_UNAVAILABLE'],
    [504, 'GATEWAY_TIMEOUT'],
  ])('answers %i with the error body of BioT and %s', async (status, code) => {
    await addFault({ service: 'organization', kind: 'status', status });

    const answer = await search();

    expect(answer).toMatchObject({ status, body: errorBody(code) });
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  it('says with 429 when to come again', async () => {
    await addFault({ service: 'organization', kind: 'status', status: 429, retryAfterSeconds: 7 });

    const answer = await search();

    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  });

  it('is for so many calls, and leaves nothing of them behind', async () => {
    const before = await totalPatients();
    const fault = await addFault({
      service: 'organization',
      route: `POST ${PATIENTS}`,
      kind: 'status',
      status: 503,
      count: 2,
    });
    const create = () => biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    const first = await create();
    const { body: waiting } = await biot.call('GET /emulator/faults', { token: null });

    const others = [await create(), await create()];

    expect([first, ...others].map(({ status }) => status)).toEqual([503, 503, 201]);
    expect(waiting).toEqual([{ ...fault, count: 1 }]);
    expect(await totalPatients()).toBe(before + 1);
  });

  it.each<[string, string, string]>([
    ['settings', 'GET /settings/v2/plugins', 'INTERNAL_SERVER_ERROR'],
    ['ums', 'GET /ums/v1/security/public-key', 'INTERNAL_SERVER_ERROR'],
    ['device', 'GET /device/v2/devices', 'INTERNAL_SERVER_ERROR'],
  ])('strikes the service %s, and no other', async (service, call, code) => {
    await addFault({ service, kind: 'status', status: 500 });

    const other = await search();

    expect(other.status).toBe(200);
    expect(await biot.call(call)).toMatchObject({ status: 500, body: errorBody(code) });
  });

  it('has at the ECR the form of AWS', async () => {
    await addFault({ service: 'ecr', kind: 'status', status: 400, code: 'ThrottlingException' });

    const { status, body } = await biot.call('POST /ecr');

    expect([status, body]).toEqual([400, { __type: 'ThrottlingException', message: expect.any(String) }]);
  });

  it('is told in the trace of the call', async () => {
    const { id } = await addFault({ service: 'organization', kind: 'status', status: 500 });
    const { headers } = await search();

    const { body } = await biot.call(`GET /emulator/traces/${headers.traceparent?.split('-')[1]}`);

    const name = `Fault ${id.slice(0, 8)}: status 500 INTERNAL_SERVER_ERROR`;
    const told = expect.objectContaining({ kind: 'LOG', name, fault: 'status' });
    expect(body).toMatchObject({ spans: expect.arrayContaining([told]) });
  });
});

describe('a fault of the kind reset', () => {
  it('resets the connection before anything was done', async () => {
    const before = await totalPatients();
    await addFault({ service: 'organization', kind: 'reset' });

    const answer = await callRaw('POST', PATIENTS, JSON.stringify(newPatient()));

    expect(answer).toEqual({ received: '', end: 'ECONNRESET' });
    expect(await totalPatients()).toBe(before);
  });
});

describe('a fault of the kind half', () => {
  it('does what was asked, and breaks off in the middle of the answer', async () => {
    const before = await totalPatients();
    await addFault({ service: 'organization', route: `POST ${PATIENTS}`, kind: 'half' });

    const { received, end } = await callRaw('POST', PATIENTS, JSON.stringify(newPatient()));

    const [head = '', body = ''] = received.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect([head.split('\r\n')[0], end]).toEqual(['HTTP/1.1 201 Created', 'closed']);
    expect(body).toMatch(/^\{"/);
    expect(Buffer.byteLength(body)).toBe(Math.floor(length / 2));
    expect(await totalPatients()).toBe(before + 1);
  });

  it('fails for a client that reads the whole', async () => {
    await addFault({ service: 'organization', kind: 'half' });

    await expect(search()).rejects.toThrow();
  });

  it('breaks off where there is no body at all', async () => {
    const { body } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    await addFault({ service: 'organization', kind: 'half' });

    await expect(biot.call(`DELETE ${PATIENTS}/${(body as Json)._id}`)).rejects.toThrow();
  });
});

describe('a fault of the kind lost-answer', () => {
  it('does what was asked, and answers as a gateway that has waited in vain', async () => {
    const before = await totalPatients();
    await addFault({ service: 'organization', route: `POST ${PATIENTS}`, kind: 'lost-answer' });

    const { status, body, headers } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });

    expect([status, body]).toEqual([504, errorBody('GATEWAY_TIMEOUT')]);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(await totalPatients()).toBe(before + 1);
  });

  it('does so where there is no body at all', async () => {
    const { body } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    const before = await totalPatients();
    await addFault({ service: 'organization', kind: 'lost-answer', status: 502 });

    const { status } = await biot.call(`DELETE ${PATIENTS}/${(body as Json)._id}`);

    expect(status).toBe(502);
    expect(await totalPatients()).toBe(before - 1);
  });
});

describe('a fault that happens beside the call', () => {
  it('changes the key before a call, whose token stays good', async () => {
    const publicKey = async () =>
      ((await biot.call('GET /ums/v1/security/public-key')).body as { publicKey: string }).publicKey;
    const before = await publicKey();
    await addFault({ service: 'organization', kind: 'key-rotation' });

    const { status } = await search();

    expect([status, (await publicKey()) === before]).toEqual([200, false]);
  });

  it('moves the clock before a call, so that its token has run out on the way', async () => {
    const other = await startTestEmulator();
    const body = { service: 'organization', kind: 'clock-move', seconds: 1860 };
    await other.call('POST /emulator/faults', { body });

    const { status } = await other.call(`GET ${PATIENTS}`);

    await other.close();
    expect(status).toBe(401);
  });
});

describe('a fault at a plugin', () => {
  beforeAll(async () => {
    await biot.deploy({
      name: 'caller',
      code: `exports.handler = async (event) => {
        const call = await fetch(process.env.BIOT_BASE_URL + JSON.parse(event.body).path);
        return { status: call.status, retryAfter: call.headers.get('retry-after') };
      };`,
    });
  });

  const ask = async () => {
    const { body } = await biot.call('GET /settings/v2/plugins/caller');
    const { endpointUrl } = body as { endpointUrl: string };
    const answer = await fetch(endpointUrl, {
      method: 'POST',
      body: JSON.stringify({ path: '/ums/v1/security/public-key' }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
  };

  it('strikes the calls that the plugin makes', async () => {
    await addFault({ service: 'ums', kind: 'status', status: 429, retryAfterSeconds: 3 });

    const { body } = await ask();

    expect(body).toEqual({ status: 429, retryAfter: '3' });
  });

  it.each<[string, string | undefined, number]>([
    ['its own', '/caller', 429],
    ['any', undefined, 429],
    ['another', '/other', 200],
  ])('strikes its function URL by %s name', async (_whose, route, expected) => {
    const at = route !== undefined && { route };
    await addFault({ service: 'lambda', kind: 'status', status: 429, ...at });

    const { status } = await ask();

    expect(status).toBe(expected);
  });

  it('has at a function URL the form of AWS', async () => {
    await addFault({ service: 'lambda', kind: 'status', status: 502, code: 'InternalFailure' });

    const { status, headers, body } = await ask();

    expect([status, headers.get('x-amzn-errortype'), body]).toEqual([
      502,
      'InternalFailure',
      { Message: expect.any(String) },
    ]);
  });
});

describe('a fault at a hook', () => {
  beforeAll(async () => {
    const interception = { type: 'POST_REQUEST', apiId: `GET${PATIENTS}` };
    await biot.deploy({
      name: 'interceptor',
      code: 'exports.handler = async () => ({ response: {} });',
      subscriptions: { interceptions: [interception] },
    });
  });

  afterAll(() => biot.call('DELETE /settings/v2/plugins/interceptor'));

  it.each([
    ['status', { status: 429 }, 429],
    ['half', {}, 500],
    ['reset', {}, 500],
  ])('of the kind %s with %j reaches who called the API with %i', async (kind, more, expected) => {
    await addFault({ service: 'lambda', route: '/interceptor', kind, ...more });

    const { status } = await search();

    expect(status).toBe(expected);
  });
});

describe('/emulator/faults', () => {
  it('says what is wrong with a fault', async () => {
    const answer = await biot.call('POST /emulator/faults', { body: { service: 'nobody', kind: 'reset' } });

    expect(answer).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('service must be one of ums, settings') },
    });
  });

  it('forgets one by its id, and says when there is none', async () => {
    const { id } = await addFault({ service: 'device', kind: 'reset' });
    const first = await biot.call(`DELETE /emulator/faults/${id}`);

    const second = await biot.call(`DELETE /emulator/faults/${id}`);

    expect([first.status, first.body, second.status]).toEqual([200, { cleared: 1 }, 404]);
  });

  it('forgets all', async () => {
    await addFault({ service: 'device', kind: 'reset' });
    await addFault({ service: 'ums', kind: 'reset' });

    const { body } = await biot.call('DELETE /emulator/faults', { token: null });

    expect([body, (await biot.call('GET /emulator/faults')).body]).toEqual([{ cleared: 2 }, []]);
  });
});
