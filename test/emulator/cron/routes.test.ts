import { toScheduledEvent } from '../../../emulator/cron/routes.ts';
import {
  errorBody,
  type Recorder,
  recording,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  UUID,
} from '../../builders/emulator.ts';

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

  it('refuses an unknown plugin', async () => {
    const answer = await biot.call(run('nobody'));

    expect(answer).toMatchObject({
      status: 404,
      body: errorBody('PLUGIN_NOT_FOUND', { pluginName: 'nobody' }),
    });
  });
});

describe('toScheduledEvent', () => {
  it('has the time without fractions of a second', () => {
    const event = toScheduledEvent('nightly', new Date('2026-01-05T09:00:00.987Z'));

    expect(event).toEqual({
      version: '0',
      id: UUID,
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-01-05T09:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:000000000000:rule/Plugin-nightly-Schedule'],
      detail: {},
    });
  });
});
