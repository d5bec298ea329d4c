import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/builders/freePort.ts';
import { type Runtime, startRuntime } from '../plugin/startRuntime.ts';
import { toContainer } from '../plugin/toContainer.ts';
import { readMemoryMb } from '../readMemoryMb.ts';
import { type FailingBiot, startFailingBiot } from './failingBiot.ts';
import { createJudge, type Judge } from './judge.ts';
import { measureSettled } from './measureSettled.ts';
import { chooseKind, createKinds, type Kind } from './mixedEvents.ts';
import { type Entry, watchLog } from './watchLog.ts';

const SAMPLES = 40;
const TIME_MS = 2_000; // of an event, as Lambda would end it
const FIRST_CALLS_MS = 500;
const LAST_LINES_MS = 500;
const PAUSE_MS = 31_000;
const MORE_FILES = 4; // connections to BioT come and go
const VARIABLES = {
  BIOT_SERVICE_USER_ID: '22222222-3333-4444-8555-666666666666',
  BIOT_SERVICE_USER_SECRET_KEY: 'secret-of-the-service-user',
  BIOT_APP_NAME: 'soak',
};

/** The resident memory of the process after `events`, in MB. */
export type Sample = { events: number; rssMb: number };

/** Right after all garbage was collected: what the process still uses of V8's memory, in MB, and how many files are open. */
export type Settled = Sample & { liveMb: number; files: number };

export type SoakReport = {
  minutes: number;
  /** How many events were answered with each code, `OK` for 200. */
  codes: Record<string, number>;
  /** How many of BioT's calls failed, those that were never answered included. */
  failures: number;
  /** What must not be: another answer than was due, lines of another event, another start, files left open. */
  wrong: string[];
  samples: Sample[];
  /** After a quarter of the events, when it is warm, and at their end. */
  settled: Settled[];
  /** From one to the other, in MB. */
  growth: { liveMb: number; rssMb: number };
};

export type SoakOptions = {
  image: string;
  events: number;
  rotateAt?: number;
  onSample?(sample: Sample): void;
};

/** Sends mixed events one after the other to one environment, while BioT fails now and then and, if it is said when, changes its key. */
export async function runSoak({ image, events, rotateAt, onSample }: SoakOptions): Promise<SoakReport> {
  const biot = await startFailingBiot();
  const log = watchLog();
  const container = toContainer(image, { name: 'soak', onLine: log.onLine });
  const port = await freePort();
  const runtime = await startRuntime(container, {
    ...VARIABLES,
    BIOT_BASE_URL: biot.baseUrl,
    NODE_OPTIONS: `--inspect-port=127.0.0.1:${port} --inspect-publish-uid=http`,
  });
  const begun = Date.now();
  try {
    await runtime.initialised;
    const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', container.container));
    const settle = async (count: number): Promise<Settled> => {
      const settled = await measureSettled(container.container, port);
      return { events: count, ...settled, rssMb: readMemoryMb(pid, 'VmRSS') };
    };
    const sending = { biot, runtime, pid, events, rotateAt, onSample, settle };
    const { entries, wrong, ...sent } = await sendAll(sending);
    await sleep(LAST_LINES_MS);
    return {
      ...sent,
      minutes: (Date.now() - begun) / 60_000,
      wrong: [...wrong, ...log.find(entries), ...findOpenFiles(sent.settled)],
      growth: toGrowth(sent.settled),
    };
  } finally {
    container.kill();
    await runtime.end();
    await biot.close();
  }
}

type Sending = {
  events: number;
  rotateAt: number | undefined;
  onSample: SoakOptions['onSample'];
  biot: FailingBiot;
  runtime: Runtime;
  pid: number;
  settle(count: number): Promise<Settled>;
};

type Sent = Pick<SoakReport, 'codes' | 'failures' | 'wrong' | 'samples' | 'settled'> & { entries: Entry[] };

async function sendAll(sending: Sending): Promise<Sent> {
  const { biot, runtime, pid, events, rotateAt, onSample, settle } = sending;
  const sent: Sent = { codes: {}, failures: 0, wrong: [], samples: [], settled: [], entries: [] };
  const settledAt = [Math.floor(events / 4), events];
  const judge = createJudge();
  let kinds = createKinds(biot.key());
  await startFailing(biot);
  for (let count = 1; count <= events; count++) {
    if (count === rotateAt) kinds = await rotate(biot, judge);
    await sendOne({ biot, runtime, judge, kinds }, sent);
    if (count % Math.ceil(events / SAMPLES) === 0) {
      const sample = { events: count, rssMb: readMemoryMb(pid, 'VmRSS') };
      sent.samples.push(sample);
      onSample?.(sample);
    }
    if (settledAt.includes(count)) sent.settled.push(await settle(count));
  }
  return sent;
}

type Turn = Pick<Sending, 'biot' | 'runtime'> & { judge: Judge; kinds: Kind[] };

async function sendOne({ biot, runtime, judge, kinds }: Turn, sent: Sent): Promise<void> {
  const kind = chooseKind(kinds);
  const ownTrace = randomBytes(16).toString('hex');
  const answer = await runtime.send(kind.create(ownTrace), TIME_MS);
  const calls = biot.takeCalls();
  const expected = kind.hasTrace ? ownTrace : undefined;
  const { code, traceId, wrong } = judge.judge({ kind, traceId: expected, answer, calls, timeMs: TIME_MS });
  const counted = calls.filter(({ name }) => name !== 'key').length;
  // A call that BioT never answered may end a bit later than the event.
  const biotCalls = code === 'TIMEOUT' ? undefined : counted;
  sent.entries.push({ requestId: answer.requestId, traceId, code, biotCalls });
  sent.codes[code] = (sent.codes[code] ?? 0) + 1;
  sent.failures += calls.filter(({ end }) => end !== 'good').length;
  sent.wrong.push(...wrong);
}

/** The plugin starts with keys and a token, and what it called for them belongs to no event. */
async function startFailing(biot: FailingBiot): Promise<void> {
  await sleep(FIRST_CALLS_MS);
  biot.takeCalls();
  biot.startFailing();
}

/** After many tokens that nobody's key fits the plugin does not look for other keys for half a minute. */
async function rotate(biot: FailingBiot, judge: Judge): Promise<Kind[]> {
  await sleep(PAUSE_MS);
  biot.rotate();
  judge.onRotation();
  return createKinds(biot.key());
}

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();

function findOpenFiles(settled: Settled[]): string[] {
  const [quarter = 0, end = 0] = settled.map(({ files }) => files);
  return end <= quarter + MORE_FILES ? [] : [`${end} open files at the end, ${quarter} after a quarter`];
}

function toGrowth(settled: Settled[]): SoakReport['growth'] {
  const [quarter, end] = settled as [Settled, Settled];
  return { liveMb: end.liveMb - quarter.liveMb, rssMb: end.rssMb - quarter.rssMb };
}
