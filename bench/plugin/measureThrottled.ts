import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readMemoryMb } from '../readMemoryMb.ts';
import { type Spread, toSpread } from '../statistics.ts';
import type { Biot } from './startBiot.ts';
import { type Runtime, type Subject, startRuntime } from './startRuntime.ts';
import { type Container, toContainer } from './toContainer.ts';

const PERIOD_US = 100_000;
const QUOTA_US = 7_200; // 128 of 1,769 MB, which is a whole processor
const WARM_EVENTS = 20;
const PAUSE_MS = 250; // between events, so that each finds its share of the processor unused
const SETTLE_MS = 250;
const NANOSECONDS = 1_000_000;

/** Of the first event and of the warm ones after it: milliseconds, and milliseconds of processor in the container. */
export type ThrottledFigures = {
  first: Spread;
  warm: Spread;
  firstCpu: Spread;
  warmCpu: Spread;
  peakMb: Spread;
};

/** In containers with 128 MB, and after the initialisation with a fourteenth of a processor, as Lambda has it. */
export async function measureThrottled(
  image: string,
  subjects: Subject[],
  { biot, runs }: { biot: Biot; runs: number },
): Promise<Record<string, ThrottledFigures>> {
  const all = new Map(subjects.map(({ name }) => [name, [] as Life[]]));
  for (let run = 0; run < runs; run++)
    for (const subject of subjects)
      all.get(subject.name)?.push(await live(toContainer(image, withTaskRoot(subject)), biot));
  return Object.fromEntries([...all].map(([name, lives]) => [name, toFigures(lives)]));
}

type Event = { ms: number; cpuMs: number };
type Life = { first: Event; warm: Event; peakMb: number };

function toFigures(lives: Life[]): ThrottledFigures {
  const spread = (read: (life: Life) => number) => toSpread(lives.map(read));
  return {
    first: spread(({ first }) => first.ms),
    warm: spread(({ warm }) => warm.ms),
    firstCpu: spread(({ first }) => first.cpuMs),
    warmCpu: spread(({ warm }) => warm.cpuMs),
    peakMb: spread(({ peakMb }) => peakMb),
  };
}

/** The image's own plugin, or the same image with another task root in its place. */
const withTaskRoot = ({ name, taskRoot }: Subject) => (name === 'plugin' ? { name } : { name, taskRoot });

async function live(subject: Container, { event, variables }: Biot): Promise<Life> {
  const runtime = await startRuntime(subject, variables);
  const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
  try {
    await runtime.initialised;
    docker('update', '--cpu-period', `${PERIOD_US}`, '--cpu-quota', `${QUOTA_US}`, subject.container);
    const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', subject.container));
    await sleep(SETTLE_MS);
    const send = () => sendMeasured(runtime, event, pid);
    const first = await send();
    const warm: Event[] = [];
    for (let count = 0; count < WARM_EVENTS; count++) {
      await sleep(PAUSE_MS);
      warm.push(await send());
    }
    return { first, warm: medianOf(warm.slice(WARM_EVENTS / 2)), peakMb: readMemoryMb(pid, 'VmHWM') };
  } finally {
    subject.kill();
    await runtime.end();
  }
}

async function sendMeasured(runtime: Runtime, event: object, pid: number): Promise<Event> {
  const before = readCpuMs(pid);
  const { ms } = await runtime.send(event);
  await sleep(PAUSE_MS); // what comes after the answer belongs to the event too
  return { ms, cpuMs: readCpuMs(pid) - before };
}

const medianOf = (events: Event[]): Event => ({
  ms: toSpread(events.map(({ ms }) => ms)).median,
  cpuMs: toSpread(events.map(({ cpuMs }) => cpuMs)).median,
});

/** Of all its threads, to the nanosecond as Linux's scheduler counts them. */
function readCpuMs(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const times = readdirSync(folder).map((thread) => readFileSync(`${folder}/${thread}/schedstat`, 'utf8'));
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / NANOSECONDS;
}
