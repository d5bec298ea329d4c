import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** `runs` are the cases of all properties together; `until` is epoch ms. */
export type Limits = { runs: number; until: number; seed?: number };

/** What was tried; `failedSeed` is that of the round in which a property did not hold. */
export type Tried = { cases: number; rounds: number; failedSeed?: number };

type Round = { cases: number; isGood: boolean };

const PROJECT_ROOT = join(import.meta.dirname, '../..');
const LEAST_RUNS = 1_000; // with fewer, not every kind of case may come
const MOST_RUNS = 20_000; // a round of some minutes, so that what was found is told soon

/**
 * Runs the fuzz tests again and again, each round with the next seed, until so many cases have held, the time is over
 * or one has not held.
 */
export async function runRounds({ runs, until, seed = randomInt(2 ** 30) }: Limits): Promise<Tried> {
  const tried = { cases: 0, rounds: 0 };
  let runsEach = LEAST_RUNS;
  while (tried.cases < runs && Date.now() < until) {
    const roundSeed = seed + tried.rounds;
    process.stderr.write(`\nRound ${tried.rounds + 1}: FUZZ_SEED=${roundSeed} FUZZ_RUNS=${runsEach}\n`);
    const { cases, isGood } = await runRound(roundSeed, runsEach);
    tried.cases += cases;
    tried.rounds += 1;
    if (!isGood) return { ...tried, failedSeed: roundSeed };
    if (cases === 0) throw new Error('Jest ran no fuzz test: see above');
    const properties = cases / runsEach;
    runsEach = Math.max(LEAST_RUNS, Math.min(MOST_RUNS, Math.ceil((runs - tried.cases) / properties)));
  }
  return tried;
}

/** What Jest writes is passed on; its tests tell there how many cases have held. */
function runRound(seed: number, runs: number): Promise<Round> {
  const env = { ...process.env, FUZZ_SEED: String(seed), FUZZ_RUNS: String(runs) };
  const jest = join(PROJECT_ROOT, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [jest, 'test/fuzz'], {
    cwd: PROJECT_ROOT,
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let cases = 0;
  createInterface(child.stderr).on('line', (line) => {
    process.stderr.write(`${line}\n`);
    cases += Number(/: (\d+) cases held$/.exec(line)?.[1] ?? 0);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ cases, isGood: code === 0 }));
  });
}
