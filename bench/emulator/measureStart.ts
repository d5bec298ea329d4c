import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Spread, toSpread } from '../statistics.ts';

const RUNS = 11;

/** Milliseconds from the command to its ready line: without and with a directory to keep all in, in turns. */
export async function measureStart(): Promise<{ inMemory: Spread; withData: Spread }> {
  const directory = await mkdtemp(join(tmpdir(), 'biot-bench-'));
  const times = { inMemory: [] as number[], withData: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    times.inMemory.push(await start([]));
    times.withData.push(await start(['--data', directory]));
  }
  await rm(directory, { recursive: true });
  return { inMemory: toSpread(times.inMemory), withData: toSpread(times.withData) };
}

async function start(more: string[]): Promise<number> {
  const program = join(import.meta.dirname, '../../cli/biot-plugin.mjs');
  const ports = ['--port', '0', '--registry-port', '0', '--launcher', 'process', '--json'];
  const begun = performance.now();
  const child = spawn(process.execPath, [program, 'emulator', ...ports, ...more], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(createInterface({ input: child.stdout }), 'line');
  const ms = performance.now() - begun;
  child.kill('SIGINT');
  await once(child, 'exit');
  return ms;
}
