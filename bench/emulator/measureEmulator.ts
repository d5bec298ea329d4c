import { round, type Spread } from '../statistics.ts';
import { type CreateFigures, measureCreate } from './measureCreate.ts';
import { type MemoryFigures, measureMemory } from './measureMemory.ts';
import { measureStart } from './measureStart.ts';

export type EmulatorFigures = {
  start: { inMemory: Spread; withData: Spread };
  endpoints: CreateFigures;
  plugins: CreateFigures;
  memory: MemoryFigures;
};

export type EmulatorOptions = { isLong: boolean; say(line: string): void };

/** How fast the local BioT is, and what it needs. */
export async function measureEmulator({ isLong, say }: EmulatorOptions): Promise<EmulatorFigures> {
  say('Starting the local BioT, again and again');
  const start = await measureStart();
  say('Creating patients with three endpoints as hooks');
  const endpoints = await measureCreate('endpoints');
  say('Creating patients with three plugins as hooks');
  const plugins = await measureCreate('plugins');
  say(`A day of ten requests a second, ${isLong ? 'all of them' : 'a part of them (--long makes all)'}`);
  return { start, endpoints, plugins, memory: await measureMemory(isLong) };
}

export const toEmulatorRows = ({ start, endpoints, plugins, memory }: EmulatorFigures): string[] => [
  'THE LOCAL BIOT, MILLISECONDS            MEDIAN      MIN      MAX      P99',
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
];

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
