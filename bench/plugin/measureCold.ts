import { type Spread, toSpread } from '../statistics.ts';
import type { Biot } from './startBiot.ts';
import { type Subject, startRuntime } from './startRuntime.ts';

/** Milliseconds from the start of the process: to the first question for an event, and to the answer to the first event. */
export type ColdFigures = { initialised: Spread; firstAnswer: Spread; statusCode: number };

/** In turns, so that whatever slows the machine slows all of them. */
export async function measureCold(
  subjects: Subject[],
  biot: Biot,
  runs: number,
): Promise<Record<string, ColdFigures>> {
  const times = Object.fromEntries(
    subjects.map(({ name }) => [
      name,
      { initialised: [] as number[], answered: [] as number[], statusCode: 0 },
    ]),
  );
  for (let run = 0; run <= runs; run++)
    for (const subject of subjects) {
      const cold = await startOnce(subject, biot);
      const own = times[subject.name];
      if (run === 0 || !own) continue; // the files were not in memory yet
      own.initialised.push(cold.initialised);
      own.answered.push(cold.answered);
      own.statusCode = cold.statusCode;
    }
  return Object.fromEntries(
    Object.entries(times).map(([name, { initialised, answered, statusCode }]) => [
      name,
      { initialised: toSpread(initialised), firstAnswer: toSpread(answered), statusCode },
    ]),
  );
}

async function startOnce(subject: Subject, { event, variables }: Biot) {
  const runtime = await startRuntime(subject, variables);
  try {
    const initialised = runtime.initialised;
    const { statusCode } = await runtime.send(event);
    const answered = performance.now() - runtime.startedAt;
    return { initialised: await initialised, answered, statusCode };
  } finally {
    await runtime.end();
  }
}
