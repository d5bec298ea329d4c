import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { runSoak, type SoakReport } from './runSoak.ts';

const USAGE = `Usage: npm run soak [-- --events 100000]

Sends mixed events to the image with 128 MB, while one of BioT's calls in twenty fails. Needs Linux and a container engine.
Exit code 1 when an event is not answered as what BioT answered to its calls demands, a trace is not in the log exactly
once, files stay open, or, with at least 100,000 events, memory grows between a quarter of them and their end: what is
in use once all garbage is collected by more than 1 MB, or all that is resident then by more than 8 MB.
`;
const DEFAULT_EVENTS = '100000';
const MIN_EVENTS = 100;
/** Malloc keeps for each of V8's four threads what it needed for a while, some 2 MB. */
const MAX_GROWTH_MB = { live: 1, rss: 4 * 2 };
const WARM_EVENTS = 100_000; // V8 still compiles during the first ten thousands
const TAG = 'biot-plugin-bench:current';

const events = readEvents();
const more = process.env.BENCH_BUILD_ARGS?.split(' ') ?? [];
const built = spawnSync(
  'docker',
  ['build', '--quiet', '--platform', 'linux/amd64', '--tag', TAG, ...more, projectRoot()],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
if (built.error) process.stderr.write(`${built.error}\n`);
if (built.status !== 0) process.exit(5);
const report: SoakReport = await runSoak({
  image: TAG,
  events,
  rotateAt: Math.floor(events / 2),
  onSample: ({ events: sent, rssMb }) =>
    void process.stderr.write(`${sent} events, ${rssMb.toFixed(1)} MB\n`),
});
const { liveMb, rssMb } = report.growth;
const isGrowing = liveMb > MAX_GROWTH_MB.live || rssMb > MAX_GROWTH_MB.rss;
if (events >= WARM_EVENTS && isGrowing) report.wrong.push('memory grows');
process.stdout.write(`${toText(report)}\n`);
if (report.wrong.length > 0) process.exitCode = 1;

/** Ends the process with the usage for a line that cannot be understood. */
function readEvents(): number {
  try {
    const options = {
      events: { type: 'string', default: DEFAULT_EVENTS },
      help: { type: 'boolean' },
    } as const;
    const { values } = parseArgs({ options });
    const count = Number(values.events);
    if (!Number.isInteger(count) || count < MIN_EVENTS)
      throw new Error(`--events ${values.events} is no number of at least ${MIN_EVENTS}`);
    if (!values.help) return count;
    process.stdout.write(USAGE);
    return process.exit();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(2);
  }
}

function projectRoot(): string {
  return dirname(dirname(import.meta.dirname));
}

function toText({ minutes, codes, failures, wrong, samples, settled }: SoakReport): string {
  return [
    `${events} events in ${minutes.toFixed(1)} minutes; ${failures} of BioT's calls failed`,
    `answers: ${Object.entries(codes)
      .toSorted(([, one], [, other]) => other - one)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ')}`,
    ...settled.map(
      (at) =>
        `after ${at.events} events and a collection: ${at.liveMb.toFixed(2)} MB in use, ${at.rssMb.toFixed(1)} MB resident, ${at.files} open files`,
    ),
    `resident while events came: ${toRange(samples.map(({ rssMb }) => rssMb))} MB`,
    wrong.length === 0
      ? 'each event answered as it must be, each trace once in the log, one cold start'
      : `WRONG, ${wrong.length} times:\n${wrong.slice(0, 20).join('\n')}`,
  ].join('\n');
}

function toRange(numbers: number[]): string {
  return [Math.min(...numbers), Math.max(...numbers)].map((number) => Number(number.toFixed(1))).join(' to ');
}
