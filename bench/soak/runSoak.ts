import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Runtime, startRuntime } from '../plugin/startRuntime.ts';
import { toContainer } from '../plugin/toContainer.ts';
import { slopeOf } from '../statistics.ts';
import { type FailingBiot, startFailingBiot } from './failingBiot.ts';
import { createKinds, type Maker } from './mixedEvents.ts';

const SAMPLES = 40;
const LAST_LINES_MS = 500;
const FAILURE_LASTS_MS = 1_500;
const PAUSE_MS = 31_000;
const VARIABLES = {
  BIOT_SERVICE_USER_ID: '22222222-3333-4444-8555-666666666666',
  BIOT_SERVICE_USER_SECRET_KEY: 'secret-of-the-service-user',
  BIOT_APP_NAME: 'soak',
};

/** `rssMb` and open files of the process after `events`. */
export type Sample = { events: number; rssMb: number; files: number };

export type SoakReport = {
  events: number;
  minutes: number;
  statuses: Record<string, number>;
  /** How many of BioT's calls failed. */
  failures: number;
  /** What must not be: answers that nothing explains, traces that are not in the log once, another start. */
  wrong: string[];
  samples: Sample[];
  /** Of resident memory over the last third, in MB per 100,000 events. */
  slope: number;
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
  const log = createLog();
  const container = toContainer(image, { name: 'soak', onLine: log.onLine });
  const runtime = await startRuntime(container, { ...VARIABLES, BIOT_BASE_URL: biot.server.baseUrl });
  const begun = Date.now();
  try {
    await runtime.initialised;
    const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', container.container));
    const sent = await sendAll({ biot, runtime, log, pid, events, rotateAt, onSample });
    await sleep(LAST_LINES_MS);
    const minutes = (Date.now() - begun) / 60_000;
    const wrong = [...sent.wrong, ...log.wrong(events)];
    return { events, minutes, ...sent, wrong, failures: biot.failures.length, slope: toSlope(sent.samples) };
  } finally {
    docker('kill', container.container);
    await runtime.end();
    await biot.server.close();
  }
}

type Sending = {
  biot: FailingBiot;
  runtime: Runtime;
  log: Log;
  pid: number;
  events: number;
  rotateAt: number | undefined;
  onSample: SoakOptions['onSample'];
};

async function sendAll({ biot, runtime, log, pid, events, rotateAt, onSample }: Sending) {
  const sent = { statuses: {} as Record<string, number>, wrong: [] as string[], samples: [] as Sample[] };
  const takeSample = (sample: Sample) => {
    sent.samples.push(sample);
    onSample?.(sample);
  };
  let kinds = createKinds(biot.key());
  for (let count = 1; count <= events; count++) {
    if (count === rotateAt) kinds = await rotate(biot);
    await sendOne({ biot, runtime, log }, { kinds, sent });
    if (count % Math.ceil(events / SAMPLES) === 0) takeSample({ events: count, ...readProcess(pid) });
  }
  return sent;
}

type Told = { kinds: Maker[]; sent: Pick<SoakReport, 'statuses' | 'wrong'> };

async function sendOne(
  { biot, runtime, log }: Pick<Sending, 'biot' | 'runtime' | 'log'>,
  { kinds, sent }: Told,
): Promise<void> {
  const traceId = randomBytes(16).toString('hex');
  const make = kinds[Math.floor(Math.random() * kinds.length)] as Maker;
  const { event, status, hasTrace } = make(traceId);
  const { statusCode } = await runtime.send(event);
  sent.statuses[statusCode] = (sent.statuses[statusCode] ?? 0) + 1;
  const isRight = statusCode === status || isExplained(biot, statusCode);
  if (!isRight) sent.wrong.push(`${traceId}: answered ${statusCode}, not ${status}`);
  if (hasTrace) log.expect(traceId);
  biot.server.requests.length = 0;
}

/** After a token that nobody's key fits the plugin does not look for other keys for half a minute. */
async function rotate(biot: FailingBiot): Promise<Maker[]> {
  await sleep(PAUSE_MS);
  biot.rotate();
  return createKinds(biot.key());
}

/** BioT has just failed. When it could not give its keys, the plugin asks again a second later. */
const isExplained = ({ failures }: FailingBiot, statusCode: number): boolean =>
  [502, 504].includes(statusCode) && Date.now() - (failures.at(-1) ?? 0) < FAILURE_LASTS_MS;

type Log = ReturnType<typeof createLog>;

/** What the function's own lines must hold: a line of metrics an event, under the event's trace and no other. */
function createLog() {
  const seen = new Map<string, number>();
  const expected = new Set<string>();
  let [lines, starts] = [0, 0];
  return {
    onLine(line: string) {
      const { message, traceId, coldStart } = JSON.parse(line);
      if (message !== 'Metrics') return;
      lines++;
      starts += coldStart;
      seen.set(traceId, (seen.get(traceId) ?? 0) + 1);
    },
    expect: (traceId: string) => void expected.add(traceId),
    wrong: (events: number): string[] => [
      ...[...expected]
        .filter((traceId) => seen.get(traceId) !== 1)
        .map((traceId) => `${traceId}: ${seen.get(traceId)} lines`),
      ...(lines === events ? [] : [`${lines} lines of metrics for ${events} events`]),
      ...(starts === 1 ? [] : [`${starts} cold starts`]),
    ],
  };
}

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();

function readProcess(pid: number): { rssMb: number; files: number } {
  const [, kilobytes = 'NaN'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { rssMb: Number(kilobytes) / 1024, files: readdirSync(`/proc/${pid}/fd`).length };
}

const toSlope = (samples: Sample[]): number =>
  slopeOf(
    samples.slice((samples.length * 2) / 3).map(({ events, rssMb }) => ({ x: events / 100_000, y: rssMb })),
  );
