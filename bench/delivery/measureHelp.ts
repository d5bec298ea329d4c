import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Spread, toSpread } from '../statistics.ts';

const RUNS = 15;

/** Milliseconds of `biot-plugin --help`, and of a Node that does nothing, in turns. */
export function measureHelp(projectRoot: string): { help: Spread; node: Spread } {
  const program = join(projectRoot, 'cli/biot-plugin.mjs');
  const times = { help: [] as number[], node: [] as number[] };
  for (let run = 0; run <= RUNS; run++) {
    const [help, node] = [time([program, '--help']), time(['-e', '0'])];
    if (run === 0) continue; // it was not compiled yet
    times.help.push(help);
    times.node.push(node);
  }
  return { help: toSpread(times.help), node: toSpread(times.node) };
}

function time(args: string[]): number {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
}
