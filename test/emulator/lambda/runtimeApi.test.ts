import { type RuntimeApi, startRuntimeApi } from '../../../emulator/lambda/runtimeApi.ts';
import { sendRaw } from '../../builders/emulator.ts';
import { until } from '../../builders/until.ts';

const INVOCATION = {
  requestId: 'id-1',
  event: '{"a":"ä"}',
  deadline: 1_700_000_000_000,
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Plugin-example',
  xrayTraceId: 'Root=1-00000000-000000000000000000000000',
};
const ACCEPTED = [202, '{"status":"OK"}\n'];

let api: RuntimeApi;
let told: unknown[];

beforeEach(async () => {
  told = [];
  api = await startRuntimeApi('127.0.0.1', {
    onNext: () => told.push('next'),
    onResponse: (result) => told.push({ result }),
    onError: (payload) => told.push({ payload }),
    onInitError: (payload, errorType) => told.push({ payload, errorType }),
  });
});

afterEach(() => api.close());

const call = (method: string, path: string, { body = '', headers = {} } = {}) =>
  sendRaw(`http://127.0.0.1:${api.port}`, `/2018-06-01/runtime${path}`, {
    ...{ method, body: Buffer.from(body) },
    headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
  });
const next = () => call('GET', '/invocation/next');
const post = async (path: string, more: Parameters<typeof call>[2] = { body: '1' }) => {
  const { status, text } = await call('POST', path, more);
  return [status, text];
};
const respond = (requestId = 'id-1', more?: Parameters<typeof call>[2]) =>
  post(`/invocation/${requestId}/response`, more);

const refusal = (errorType: string, errorMessage: string) => JSON.stringify({ errorMessage, errorType });
const transition = (from: string, to: string) => [
  403,
  refusal(
    'InvalidStateTransition',
    `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  ),
];
const INVALID_ID = [400, refusal('InvalidRequestID', 'Invalid request ID')];

/** A runtime that has taken its event. */
async function takeEvent(): Promise<void> {
  const asked = next();
  await until(() => told.includes('next'));
  api.give(INVOCATION);
  await asked;
  told.length = 0;
}

describe('GET /invocation/next', () => {
  it('waits for an event, and answers with all that Lambda sends', async () => {
    const asked = next();
    await until(() => told.length > 0);

    api.give(INVOCATION);
    const { status, headers, text } = await asked;

    expect([status, text]).toEqual([200, '{"a":"ä"}']);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': 'id-1',
      'lambda-runtime-deadline-ms': '1700000000000',
      'lambda-runtime-invoked-function-arn': INVOCATION.functionArn,
      'lambda-runtime-trace-id': INVOCATION.xrayTraceId,
    });
  });

  it('gives the same event again in the middle of it', async () => {
    await takeEvent();

    const { text } = await next();

    expect(text).toBe('{"a":"ä"}');
    expect(told).toEqual([]);
  });

  it('asked twice, gives the event to the one who asked last', async () => {
    const first = next();
    await until(() => told.length > 0);
    const second = next();
    const { status, text } = await first;

    api.give(INVOCATION);

    expect([status, text]).toEqual(transition('Ready', 'Ready'));
    expect((await second).text).toBe('{"a":"ä"}');
    expect(told).toEqual(['next']);
  });

  it('is refused after a failed initialisation', async () => {
    await post('/init/error', { body: '{}' });

    const { status, text } = await next();

    expect([status, text]).toEqual(transition('InitError', 'Ready'));
  });
});

describe('POST /invocation/{id}/response', () => {
  it('is accepted and told once', async () => {
    await takeEvent();

    const answers = [await respond(), await respond('id-1', { body: '2' }), await respond('id-2')];

    expect(answers).toEqual([
      ACCEPTED,
      transition('RuntimeResponseSentState', 'InvocationResponse'),
      transition('RuntimeResponseSentState', 'InvocationResponse'),
    ]);
    expect(told).toEqual([{ result: '1' }]);
  });

  it('of another event is refused, and the right one is accepted then', async () => {
    await takeEvent();

    const answers = [await respond('id-2'), await respond()];

    expect(answers).toEqual([INVALID_ID, ACCEPTED]);
    expect(told).toEqual([{ result: '1' }]);
  });

  it('is refused before there is an event', async () => {
    const answer = await respond();

    expect(answer).toEqual(transition('Started', 'InvocationResponse'));
  });

  it('that is too large is refused and told as an error', async () => {
    await takeEvent();

    const answer = await respond('id-1', { body: 'x'.repeat(6_291_557) });

    const words = 'maximum allowed payload size (6291556 bytes).';
    expect(answer).toEqual([413, refusal('RequestEntityTooLarge', `Exceeded ${words}`)]);
    const payload = refusal('Function.ResponseSizeTooLarge', `Response payload size exceeded ${words}`);
    expect(told).toEqual([{ payload }]);
  });

  it('in a mode that Lambda does not know is refused', async () => {
    await takeEvent();
    const headers = { 'lambda-runtime-function-response-mode': 'slowly' };

    const answer = await respond('id-1', { body: '1', headers });

    expect(answer).toEqual([400, refusal('InvalidFunctionResponseMode', 'Invalid function response mode')]);
  });
});

describe('POST /invocation/{id}/error', () => {
  it('is accepted and told once', async () => {
    await takeEvent();

    const answers = [
      await post('/invocation/id-1/error', { body: '{"errorType":"E"}' }),
      await post('/invocation/id-1/error', { body: '{}' }),
    ];

    expect(answers).toEqual([ACCEPTED, transition('RuntimeResponseSentState', 'InvocationErrorResponse')]);
    expect(told).toEqual([{ payload: '{"errorType":"E"}' }]);
  });
});

describe('POST /init/error', () => {
  const withType = (type: string) => ({
    body: '{}',
    headers: { 'lambda-runtime-function-error-type': type },
  });

  it.each([
    ['Runtime.ImportModuleError', 'Runtime.ImportModuleError'],
    ['TypeError', undefined],
    ['Runtime.no', undefined],
  ])('of the type %s is told as %s', async (type, errorType) => {
    const answer = await post('/init/error', withType(type));

    expect(answer).toEqual(ACCEPTED);
    expect(told).toEqual([{ payload: '{}', errorType }]);
  });

  it('is refused the second time, and once the function has initialised', async () => {
    const answers = [await post('/init/error', withType('A')), await post('/init/error', withType('A'))];

    expect(answers).toEqual([ACCEPTED, transition('InitError', 'InitError')]);
  });

  it('is refused once the function has initialised', async () => {
    await takeEvent();

    const answer = await post('/init/error', withType('A'));

    expect(answer).toEqual(transition('Running', 'InitError'));
  });
});

describe('anything else', () => {
  it.each([
    ['GET', '/other'],
    ['POST', '/invocation/next'],
    ['GET', '/invocation/id-1/response'],
  ])('is not found: %s %s', async (method, path) => {
    const { status } = await call(method, path);

    expect(status).toBe(404);
  });
});
