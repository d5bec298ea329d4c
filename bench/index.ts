import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { type CreateFigures, measureCreate } from './measureCreate.ts';
import { type MemoryFigures, measureMemory } from './measureMemory.ts';
import { measureStart } from './measureStart.ts';
import { round, type Spread } from './statistics.ts';

if (process.argv.includes('--help')) {
  process.stdout.write(
    'Usage: npm run bench [-- --long]\nTakes some minutes, with --long most of an hour; writes bench/results.json.\n',
  );
  process.exit();
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

say('1 Starting the local BioT, again and again');
const start = await measureStart();
say('2 Creating patients with three endpoints as hooks');
const endpoints = await measureCreate('endpoints');
say('3 Creating patients with three plugins as hooks');
const plugins = await measureCreate('plugins');
const isLong = process.argv.includes('--long');
say(`4 A day of ten requests a second, ${isLong ? 'all of them' : 'a part of them (--long makes all)'}`);
const memory = await measureMemory(isLong);

const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
const results = { at: new Date().toISOString(), machine, start, endpoints, plugins, memory };
await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);

process.stdout.write(
  [
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    '',
    'MILLISECONDS                            MEDIAN      MIN      MAX      P99',
    row('start', start.inMemory),
    row('start with --data', start.withData),
    ...toCreateRows('endpoints', endpoints),
    ...toCreateRows('plugins', plugins),
    '',
    'CREATIONS A SECOND, EIGHT AT A TIME',
    `with three endpoints  ${endpoints.perSecond}`,
    `with three plugins    ${plugins.perSecond}`,
    '',
    ...toMemoryRows(memory),
    '',
  ].join('\n'),
);

function toCreateRows(hooks: string, { total, insideHooks, own, emulatorCpuMs }: CreateFigures): string[] {
  return [
    row(`create with three ${hooks}`, total),
    row('  inside the hooks', insideHooks),
    row('  the rest: the local BioT’s own', own),
    `  of which processor time, on average ${emulatorCpuMs}`,
  ];
}

function row(name: string, { median, min, max, p99 }: Spread): string {
  return [name.padEnd(38), ...[median, min, max, p99].map((ms) => ms.toFixed(2).padStart(8))].join('');
}

function toMemoryRows({ requests, samples, heapSlope, rssSlope }: MemoryFigures): string[] {
  const told = samples.filter(({ hour }) => hour % 4 === 0 || hour === 1);
  return [
    `MEMORY OVER A DAY, ${requests} REQUESTS   HEAP MB   RSS MB`,
    ...told.map(({ hour, heapMb, rssMb }) =>
      [`  hour ${hour}`.padEnd(38), ...[heapMb, rssMb].map((mb) => mb.toFixed(1).padStart(8))].join(''),
    ),
    `  growth per 100,000 requests, second half: heap ${round(heapSlope)} MB, rss ${round(rssSlope)} MB`,
  ];
}
