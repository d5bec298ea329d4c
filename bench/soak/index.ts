import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { runSoak, type SoakReport } from './runSoak.ts';

const USAGE = `Usage: npm run soak [-- --events 100000]

Sends mixed events to the image with 128 MB, while one of BioT's calls in twenty fails. Needs a container engine.
Exit code 1 when an event is not answered as what BioT answered to its calls demands, a trace is not in the log exactly
once, files stay open, or memory grows.
`;
const DEFAULT_EVENTS = '100000';
const MAX_SLOPE = 2; // MB per 100,000 events
const TAG = 'biot-plugin-bench:current';

const { values } = parseArgs({
  options: { events: { type: 'string', default: DEFAULT_EVENTS }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const events = Number(values.events);
if (!Number.isInteger(events) || events < 100) {
  process.stderr.write(`--events ${values.events} is no number of at least 100\n\n${USAGE}`);
  process.exit(2);
}

const more = process.env.BENCH_BUILD_ARGS?.split(' ') ?? [];
const built = spawnSync(
  'docker',
  ['build', '--quiet', '--platform', 'linux/amd64', '--tag', TAG, ...more, projectRoot()],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
if (built.status !== 0) process.exit(5);
const report = await runSoak({
  image: TAG,
  events,
  rotateAt: Math.floor(events / 2),
  onSample: ({ events: sent, rssMb, files }) =>
    void process.stderr.write(`${sent} events, ${rssMb.toFixed(1)} MB, ${files} open files\n`),
});
process.stdout.write(`${toText(report)}\n`);
if (report.wrong.length > 0 || report.slope > MAX_SLOPE) process.exitCode = 1;

function projectRoot(): string {
  return dirname(dirname(import.meta.dirname));
}

function toText({ minutes, codes, failures, wrong, samples, slope }: SoakReport): string {
  const [first, last] = [samples[Math.floor(samples.length / 4)], samples.at(-1)];
  return [
    `${events} events in ${minutes.toFixed(1)} minutes; ${failures} of BioT's calls failed`,
    `answers: ${Object.entries(codes)
      .toSorted(([, one], [, other]) => other - one)
      .map(([code, count]) => `${code} ${count}`)
      .join(', ')}`,
    `memory: ${first?.rssMb.toFixed(1)} MB after a quarter, ${last?.rssMb.toFixed(1)} MB at the end; growth in the last third ${slope.toFixed(2)} MB per 100,000 events (at most ${MAX_SLOPE})`,
    `open files: ${first?.files} after a quarter, ${last?.files} at the end`,
    wrong.length === 0
      ? 'each event answered as it must be, each trace once in the log, one cold start'
      : `WRONG, ${wrong.length} times:\n${wrong.slice(0, 20).join('\n')}`,
  ].join('\n');
}
