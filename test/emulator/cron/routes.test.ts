import type { Span } from '../../../emulator/traces.ts';
import {
  errorBody,
  type Json,
  PATIENTS,
  type Recorder,
  recording,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  UUID,
} from '../../builders/emulator.ts';

/** Calls BioT under a trace of its own, as the event has none. */
const CALLING = `exports.handler = async () => {
  console.log('at work');
  const { BIOT_BASE_URL: base, BIOT_SERVICE_USER_ID: id, BIOT_SERVICE_USER_SECRET_KEY: secretKey } = process.env;
  const headers = { 'content-type': 'application/json', traceparent: '00-${'e'.repeat(32)}-${'f'.repeat(16)}-00' };
  const body = JSON.stringify({ id, secretKey });
  const login = await fetch(base + '/ums/v2/services/accessToken', { method: 'POST', headers, body });
  const authorization = 'Bearer ' + (await login.json()).accessToken;
  return (await fetch(base + '${PATIENTS}', { headers: { ...headers, authorization } })).status;
};`;

const run = (name: string) => `POST /emulator/plugins/${name}/scheduled-run`;

let biot: TestEmulator;
let recorder: Recorder;

beforeAll(async () => {
  recorder = await startRecorder();
  biot = await startTestEmulator();
  await biot.deploy({
    name: 'nightly',
    code: recording(recorder, 'event', 'return { done: context.functionName };'),
    config: { cronSchedule: '45 1/12 1-5 JAN,OCT ? *' },
  });
  await biot.deploy({
    name: 'resting',
    code: 'exports.handler = async () => 1;',
    config: { enabledState: 'DISABLED', cronSchedule: '* * * * ? *' },
  });
  await biot.deploy({ name: 'broken', code: 'exports.handler = async () => { throw new Error("no"); };' });
});

afterAll(async () => {
  await biot.close();
  await recorder.close();
});

describe('a scheduled run', () => {
  it.each(['nightly', 'Plugin-nightly'])("gives %s EventBridge's raw event", async (name) => {
    const before = Math.floor(Date.now() / 1000) * 1000;

    const { status } = await biot.call(run(name));

    const event = recorder.received.at(-1) ?? {};
    expect([status, event]).toEqual([
      200,
      {
        version: '0',
        id: UUID,
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: expect.stringMatching(/^\d{12}$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: 'us-east-1',
        resources: [`arn:aws:events:us-east-1:${event.account}:rule/Plugin-nightly-Schedule`],
        detail: {},
      },
    ]);
    expect(Date.parse(String(event.time))).toBeGreaterThanOrEqual(before);
  });

  it('answers what the function returned', async () => {
    const { body } = await biot.call(run('nightly'));

    expect(body).toEqual({
      ok: true,
      coldStart: expect.any(Boolean),
      ms: expect.any(Number),
      result: JSON.stringify({ done: 'Plugin-nightly' }),
    });
  });

  it('answers 502 when the function failed', async () => {
    const { status, body } = await biot.call(run('broken'));

    expect([status, body]).toEqual([502, { ok: false, coldStart: true, ms: expect.any(Number) }]);
  });

  it('is shown in its trace, with its invocation, what it logged, and what it called', async () => {
    await biot.deploy({ name: 'calling', code: CALLING });

    const { headers } = await biot.call(run('calling'));

    const traceId = headers.traceparent?.split('-')[1];
    const { body: summaries } = await biot.call('GET /emulator/traces');
    const { spans } = (await biot.call(`GET /emulator/traces/${traceId}`)).body as { spans: Span[] };
    const [hook, invocation] = spans;
    expect((summaries as Json[])[0]).toMatchObject({ traceId, name: 'SCHEDULED calling' });
    expect(hook).toMatchObject({
      ...{ kind: 'HOOK', name: 'SCHEDULED calling', ok: true },
      event: expect.objectContaining({ source: 'aws.events' }),
    });
    expect(invocation).toMatchObject({
      ...{ kind: 'INVOCATION', name: 'calling', parentId: hook?.id, status: 200, coldStart: true },
    });
    const within = spans.filter(({ parentId }) => parentId === invocation?.id).map(({ name }) => name);
    expect(within).toEqual(expect.arrayContaining([expect.stringContaining('at work'), `GET ${PATIENTS}`]));
  });

  it('refuses a plugin that is disabled', async () => {
    const answer = await biot.call(run('resting'));

    expect(answer).toMatchObject({
      status: 409,
      body: errorBody('PLUGIN_DISABLED', { pluginName: 'resting' }),
    });
  });

  it('refuses an unknown plugin', async () => {
    const answer = await biot.call(run('nobody'));

    expect(answer).toMatchObject({
      status: 404,
      body: errorBody('PLUGIN_NOT_FOUND', { pluginName: 'nobody' }),
    });
  });
});

describe('a schedule', () => {
  it('is kept: what comes due when the clock is moved is run soon after', async () => {
    await biot.deploy({
      name: 'often',
      code: recording(recorder, 'event', 'return 1;'),
      config: { cronSchedule: '* * * * ? *' },
    });
    const count = recorder.received.length;

    await biot.call('POST /emulator/clock', { body: { advanceSeconds: 60 } });

    const event = (await recorder.until(count + 1)).at(-1) as { resources: string[] };
    expect(event.resources[0]).toContain(':rule/Plugin-often-Schedule');
  });
});
