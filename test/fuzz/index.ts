import { parseArgs } from 'node:util';
import { runRounds } from './rounds.ts';

const USAGE = `Usage: npm run fuzz -- [--runs N] [--minutes M] [--seed S]
The fuzz tests in rounds, each with the next seed, until N cases in all have held, or M minutes are over. A round
is of at least 1,000 cases of each property.
Without either, until a million cases have held. Ends at the first that does not hold, with how to run it again.
`;
const USAGE_EXIT = 2;
const MILLION = 1_000_000;
const MINUTE_MS = 60_000;

const options = readOptions();
if (options.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const { runs, minutes, seed } = options;
const start = Date.now();
const tried = await runRounds({
  runs: runs ?? (minutes === undefined ? MILLION : Number.POSITIVE_INFINITY),
  until: minutes === undefined ? Number.POSITIVE_INFINITY : start + minutes * MINUTE_MS,
  ...(seed !== undefined && { seed }),
});
const seconds = Math.round((Date.now() - start) / 1000);
process.stdout.write(`${tried.cases} cases held, rounds: ${tried.rounds}, ${seconds} s\n`);
if (tried.failedSeed !== undefined) {
  process.stderr.write(`A property does not hold, with FUZZ_SEED=${tried.failedSeed}: see above.\n`);
  process.exitCode = 1;
}

/** Ends the process with the usage for a line that cannot be understood. */
function readOptions() {
  const text = { type: 'string' } as const;
  try {
    const options = { runs: text, minutes: text, seed: text, help: { type: 'boolean', short: 'h' } } as const;
    const { values } = parseArgs({ options });
    const runs = toNumber(values.runs);
    return { help: values.help, runs, minutes: toNumber(values.minutes), seed: toNumber(values.seed) };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    return process.exit(USAGE_EXIT);
  }
}

/** @throws Error for what is no number above zero */
function toNumber(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!(Number(value) > 0)) throw new Error(`"${value}" is no number above zero`);
  return Math.ceil(Number(value));
}
