import { createTraces, type HookRecord } from '../../emulator/traces.ts';
import { newPatient, PATIENTS, startTestEmulator, type TestEmulator } from '../builders/emulator.ts';

const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';

const record = (hook: string): HookRecord => ({
  hook,
  plugin: 'example',
  status: 200,
  ms: 1,
  coldStart: false,
  event: {},
  answer: {},
});

describe('createTraces', () => {
  it('finds the hooks of a trace in their order', () => {
    const traces = createTraces();
    traces.record('a', record('first'));
    traces.record('b', record('other'));
    traces.record('a', record('second'));

    const found = traces.find('a');

    expect(found).toEqual([record('first'), record('second')]);
  });

  it('forgets the oldest trace beyond its capacity, and knows no others', () => {
    const traces = createTraces(2);
    for (const id of ['a', 'b', 'c']) traces.record(id, record(id));

    const found = ['a', 'b', 'c', 'never'].map(traces.find);

    expect(found).toEqual([undefined, [record('b')], [record('c')], undefined]);
  });
});

describe('GET /emulator/traces/{id}', () => {
  let biot: TestEmulator;

  beforeAll(async () => {
    biot = await startTestEmulator();
  });

  afterAll(() => biot.close());

  it('answers with all hooks of one API call', async () => {
    await biot.deploy({
      name: 'example',
      code: 'exports.handler = async () => ({ statusCode: 422, body: { code: "NO" } });',
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] },
    });
    const sent = newPatient();
    await biot.call(`POST ${PATIENTS}`, {
      body: sent,
      headers: { traceparent: `00-${TRACE_ID}-ff435abc75711595-00` },
    });

    const { body } = await biot.call(`GET /emulator/traces/${TRACE_ID}`);

    expect(JSON.stringify(body)).not.toContain('eyJ');
    expect(body).toEqual([
      {
        hook: 'INTERCEPTOR_PRE',
        plugin: 'example',
        status: 422,
        ms: expect.any(Number),
        coldStart: true,
        event: expect.objectContaining({
          apiId: `POST${PATIENTS}`,
          request: expect.objectContaining({ body: sent }),
        }),
        answer: { code: 'NO' },
      },
    ]);
  });

  it('answers 404 for a trace that never was', async () => {
    const { status, body } = await biot.call(`GET /emulator/traces/${'0'.repeat(32)}`);

    expect([status, body]).toEqual([404, expect.objectContaining({ code: 'NOT_FOUND' })]);
  });
});
