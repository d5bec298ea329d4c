import { readMemoryMb } from '../readMemoryMb.ts';
import { type Spread, toSpread } from '../statistics.ts';
import type { Biot } from './startBiot.ts';
import { type Subject, startRuntime } from './startRuntime.ts';

const WARM_UP = 500;

/** Milliseconds of a warm event, of each round its median, and the peak of resident memory after all events, in MB. */
export type WarmFigures = { event: Spread; peakMb: Spread; refused: number };

/** Each round starts each of them anew and sends it these many events, one after the other. */
export async function measureWarm(
  subjects: Subject[],
  biot: Biot,
  { rounds, events }: { rounds: number; events: number },
): Promise<Record<string, WarmFigures>> {
  const all = new Map(subjects.map(({ name }) => [name, [] as Round[]]));
  for (let count = 0; count < rounds; count++)
    for (const subject of subjects) all.get(subject.name)?.push(await runRound(subject, biot, events));
  return Object.fromEntries(
    [...all].map(([name, own]) => [
      name,
      {
        event: toSpread(own.map(({ medianMs }) => medianMs)),
        peakMb: toSpread(own.map(({ peakMb }) => peakMb)),
        refused: own.reduce((sum, { refused }) => sum + refused, 0),
      },
    ]),
  );
}

type Round = { medianMs: number; peakMb: number; refused: number };

async function runRound(subject: Subject, { event, variables }: Biot, events: number): Promise<Round> {
  const runtime = await startRuntime(subject, variables);
  const times: number[] = [];
  let refused = 0;
  try {
    for (let count = 0; count < events; count++) {
      const { ms, statusCode } = await runtime.send(event);
      if (count >= WARM_UP) times.push(ms);
      if (statusCode !== 200) refused++;
    }
    return { medianMs: median(times), peakMb: readMemoryMb(runtime.child.pid, 'VmHWM'), refused };
  } finally {
    await runtime.end();
  }
}

/** To the microsecond. */
const median = (times: number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
