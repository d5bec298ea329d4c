import { setImmediate } from 'node:timers/promises';
import { runProgram } from '../../deploy/runProgram.ts';
import {
  type Json,
  newPatient,
  PATIENTS,
  type Recorder,
  recording,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';

const LANES = 4;
const LIVES = 240;
const FAULTS = [
  { service: 'organization', route: `POST ${PATIENTS}`, kind: 'status', status: 500, count: 9 },
  { service: 'organization', route: `POST ${PATIENTS}`, kind: 'reset', count: 3 },
  { service: 'organization', route: `GET ${PATIENTS}/{id}`, kind: 'latency', ms: 20, count: 30 },
  { service: 'notification', route: '/patient/_create', kind: 'late', ms: 300, count: 5 },
];
const MAX_TRACES = 200;
const DELIVERY_MS = 20_000;
/** A busy machine is not what is tested here. */
const UNHURRIED = { timeout: 60, memorySize: 512 };

/** A patient that BioT said it has, and what became of it. */
type Life = { id: string; traceId: string; email: string; phone?: string; isDeleted: boolean };

const CRASHING = `
  let count = 0;
  exports.handler = async (event) => {
    if (++count % 20 === 0) process.exit(1);
    const { request } = JSON.parse(event.body);
    const body = { ...request.body, _description: 'intercepted' };
    return { statusCode: 200, body: JSON.stringify({ request: { ...request, body } }) };
  };`;

describe('a local BioT under mixed load, with a plugin that crashes now and then and faults between', () => {
  const lives: Life[] = [];
  const refused: { email: string; status: number }[] = [];
  let resources: Resources;
  let children: string[];
  let emulator: TestEmulator;
  let recorder: Recorder;

  beforeAll(async () => {
    recorder = await startRecorder();
    resources = countResources();
    children = await listChildren();
    emulator = await startTestEmulator();
    const apiId = `POST${PATIENTS}`;
    const interceptions = [{ type: 'PRE_REQUEST', apiId }];
    await emulator.deploy({
      name: 'crashing',
      code: CRASHING,
      config: UNHURRIED,
      subscriptions: { interceptionOrder: 2, interceptions, notifications: [] },
    });
    const notifications = [{ entityTypeName: 'patient', actionName: '_create' }];
    await emulator.deploy({
      name: 'listening',
      code: recording(recorder, '{ id: body.data.entity._id }', 'return { statusCode: 200 };'),
      config: UNHURRIED,
      subscriptions: { interceptionOrder: 3, interceptions: [], notifications },
    });
    for (const body of FAULTS) await expectStatus(emulator.call('POST /emulator/faults', { body }), 201);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
    const deadline = Date.now() + DELIVERY_MS;
    while (recorder.received.length < lives.length && Date.now() < deadline) await setImmediate();
  }, 60_000);

  afterAll(async () => {
    await emulator?.close();
    await recorder?.close();
  });

  const lost = (): string[] => emulator.logged.filter((line) => line.includes('was lost'));

  /** Creates, reads, changes and searches patients, and deletes each third. */
  async function runLane(lane: number): Promise<void> {
    for (let index = 0; index < LIVES / LANES; index++) {
      const email = `soak.${lane}.${index}@example.com`;
      const life = await createPatient(email);
      if (life) await live(life, index);
    }
  }

  async function createPatient(email: string): Promise<Life | undefined> {
    const created = await emulator
      .call(`POST ${PATIENTS}`, { body: newPatient({ _email: email }) })
      .catch(() => undefined); // the connection was reset
    if (created?.status !== 201) {
      refused.push({ email, status: created?.status ?? 0 });
      return undefined;
    }
    const traceId = created.headers.traceparent?.split('-')[1] ?? '';
    const life = { id: String((created.body as Json)._id), traceId, email, isDeleted: false };
    lives.push(life);
    return life;
  }

  async function live(life: Life, index: number): Promise<void> {
    const path = `${PATIENTS}/${life.id}`;
    await expectStatus(emulator.call(`GET ${path}`), 200);
    life.phone = `+1555010${String(index).padStart(4, '0')}`;
    await expectStatus(emulator.call(`PATCH ${path}`, { body: { _phone: life.phone } }), 200);
    if (index % 3 !== 0) return;
    await expectStatus(emulator.call(`DELETE ${path}`), 204);
    life.isDeleted = true;
  }

  async function expectStatus(answer: ReturnType<TestEmulator['call']>, status: number): Promise<void> {
    const { status: seen, text } = await answer;
    if (seen !== status) throw new Error(`${status} was expected, not ${seen}: ${text}`);
  }

  const findByEmail = async (email: string): Promise<Json[]> => {
    const searchRequest = encodeURIComponent(JSON.stringify({ filter: { _email: { eq: email } } }));
    const { body } = await emulator.call(`GET ${PATIENTS}?searchRequest=${searchRequest}`);
    return (body as { data: Json[] }).data;
  };

  it('refuses what the crashes and the faults hit, and nothing else', () => {
    const statuses = Map.groupBy(refused, ({ status }) => status);

    expect(lives.length + refused.length).toBe(LIVES);
    expect([...statuses.keys()].sort()).toEqual([0, 500, 502]);
    expect(statuses.get(500)).toHaveLength(9);
    expect(statuses.get(0)).toHaveLength(3);
  });

  it('has each patient that it said it has, as it was changed last', async () => {
    const expected = lives
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ id, email, phone }) => ({ id, email, phone, description: 'intercepted' }));

    const found = await Promise.all(lives.map(({ email }) => findByEmail(email)));

    expect(
      found.flat().map(({ _id, _email, _phone, _description }) => {
        return { id: _id, email: _email, phone: _phone, description: _description };
      }),
    ).toEqual(expected);
  });

  it('has no patient whose creation it refused', async () => {
    const found = await Promise.all(refused.map(({ email }) => findByEmail(email)));

    expect(found.flat()).toEqual([]);
  });

  it('delivered each notification exactly once', () => {
    const told = recorder.received.map(({ id }) => String(id));

    expect(lost()).toEqual([]);
    expect(told.toSorted()).toEqual(lives.map(({ id }) => id).toSorted());
  });

  it('tells each trace once in a START line of each plugin that it reached', async () => {
    const started = async (plugin: string) => {
      const { body } = await emulator.call(`GET /emulator/logs?plugin=${plugin}`);
      const lines = body as { text: string; traceId: string }[];
      return lines.filter(({ text }) => text.startsWith('START ')).map(({ traceId }) => traceId);
    };
    const acknowledged = lives.map(({ traceId }) => traceId);

    const [listening, crashing] = [await started('listening'), await started('crashing')];

    expect(listening.toSorted()).toEqual(acknowledged.toSorted());
    expect(new Set(crashing).size).toBe(crashing.length);
    expect(acknowledged.filter((traceId) => !crashing.includes(traceId))).toEqual([]);
  });

  it('keeps no more traces than it says', async () => {
    const { body } = await emulator.call('GET /emulator/traces');

    expect((body as unknown[]).length).toBe(MAX_TRACES);
  });

  it('leaves no process, server or timer behind when it is closed', async () => {
    await emulator.close();

    const { timers, ...others } = countResources();
    expect(await listChildren()).toEqual(children);
    expect(others).toEqual({ servers: resources.servers, processes: resources.processes });
    expect(timers).toBeLessThanOrEqual(resources.timers); // some are the test runner's own
  });
});

/** This process's children, but for the program that lists them. */
async function listChildren(): Promise<string[]> {
  const { stdout } = await runProgram('ps', ['-A', '-o', 'pid=,ppid=,comm=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter(([, ppid, name]) => ppid === String(process.pid) && name !== 'ps').map(String);
}

type Resources = { servers: number; processes: number; timers: number };

/** What keeps this process alive, but for connections: those of the tests' own `fetch` come and go. */
function countResources(): Resources {
  const active = process.getActiveResourcesInfo();
  const count = (kind: string) => active.filter((name) => name === kind).length;
  return { servers: count('TCPServerWrap'), processes: count('ProcessWrap'), timers: count('Timeout') };
}
