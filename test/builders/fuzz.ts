import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import fc from 'fast-check';
import { PROJECT_ROOT } from './project.ts';

const { FUZZ_RUNS, FUZZ_SEED, FUZZ_PATH } = process.env;
const SLOWEST_CASE_MS = 100;

/** How many cases of each property, and which: the same seed makes the same ones. `path` leads to one of them. */
type Choice = { runs: number; seed: number; path?: string };

const chosen: Choice = {
  runs: FUZZ_RUNS ? Number(FUZZ_RUNS) : 1_000,
  seed: FUZZ_SEED ? Number(FUZZ_SEED) : randomInt(2 ** 31),
  ...(FUZZ_PATH && { path: FUZZ_PATH }),
};

/** Cases of each property. */
export const { runs } = chosen;

/** How long a property may take in all. */
export const FUZZ_TIMEOUT_MS = 60_000 + runs * SLOWEST_CASE_MS;

let isTold = false;
let held = 0;

afterAll(() => {
  if (held > 0) process.stderr.write(`${fileName()}: ${held} cases held\n`);
});

/**
 * Looks for a case in which the property does not hold. FUZZ_RUNS, FUZZ_SEED and FUZZ_PATH say how many, which and,
 * of a failure, the one that was found.
 * @throws Error that tells the smallest such case, and how to run it again
 */
export async function holds<Case>(property: fc.IAsyncProperty<Case>, choice = chosen): Promise<void> {
  if (choice === chosen) tell(choice);
  const { runs: numRuns, seed, path } = choice;
  const found = await fc.check(property, { numRuns, seed, ...(path && { path }) });
  if (found.failed) {
    const message = `${fc.defaultReportMessage(found)}\n\n${toCommand(seed, found.counterexamplePath)}`;
    throw new Error(message, { cause: found.errorInstance });
  }
  if (choice === chosen) held += found.numRuns;
}

/** Once for each file; not by console, which Jest shows at the end only, nor on standard output, which is looked at. */
function tell({ runs, seed }: Choice): void {
  if (!isTold) process.stderr.write(`${fileName()}: FUZZ_SEED=${seed}, ${runs} cases of each property\n`);
  isTold = true;
}

const fileName = (): string => relative(PROJECT_ROOT, expect.getState().testPath ?? '').replaceAll('\\', '/');

function toCommand(seed: number, path: string | null): string {
  const name = (expect.getState().currentTestName ?? '').replaceAll(/[^\w ,-]/g, '.'); // it is taken for a pattern
  return `Run it again: FUZZ_SEED=${seed} FUZZ_PATH=${path} npx jest ${fileName()} -t '${name}'`;
}
