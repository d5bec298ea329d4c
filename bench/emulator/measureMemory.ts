import { MB, round, slopeOf } from '../statistics.ts';
import { PATIENTS, subscribeChain } from './chains.ts';
import type { Client } from './client.ts';
import { type Create, createCreator } from './measureCreate.ts';
import { type EmulatorProcess, startEmulatorProcess } from './startEmulatorProcess.ts';

const DAY_SECONDS = 24 * 60 * 60;
const REQUESTS_OF_A_DAY = DAY_SECONDS * 10;
const SHORT_REQUESTS = 48_000;
const SAMPLES = 24;
const CONCURRENCY = 4;
const REQUESTS_OF_A_LIFE = 4;

/** Megabytes after a garbage collection. */
export type Sample = { hour: number; requests: number; heapMb: number; rssMb: number };

/** `…Slope` in megabytes per 100,000 requests, over the second half of the day. */
export type MemoryFigures = { requests: number; samples: Sample[]; heapSlope: number; rssSlope: number };

/**
 * A day of ten requests a second, hooks included, with its time compressed: the local BioT's clock is moved an hour at a
 * time. The long one makes all 864,000 requests, the short one 48,000 of them.
 */
export async function measureMemory(isLong: boolean): Promise<MemoryFigures> {
  const requests = isLong ? REQUESTS_OF_A_DAY : SHORT_REQUESTS;
  const emulator = await startEmulatorProcess();
  const chain = await subscribeChain(emulator);
  try {
    const samples: Sample[] = [];
    for (let hour = 1; hour <= SAMPLES; hour++) {
      await liveAnHour(emulator, requests / SAMPLES);
      await chain.times();
      const { heapUsed, rss } = await emulator.usage();
      const made = Math.round((requests / SAMPLES) * hour);
      samples.push({ hour, requests: made, heapMb: round(heapUsed / MB), rssMb: round(rss / MB) });
    }
    return { requests, samples, heapSlope: slope(samples, 'heapMb'), rssSlope: slope(samples, 'rssMb') };
  } finally {
    await emulator.close();
    await chain.close();
  }
}

function slope(samples: Sample[], unit: 'heapMb' | 'rssMb'): number {
  const points = samples
    .slice(SAMPLES / 2)
    .map((sample) => ({ x: sample.requests / 100_000, y: sample[unit] }));
  return round(slopeOf(points));
}

async function liveAnHour(emulator: EmulatorProcess, requests: number): Promise<void> {
  await emulator.client.send('POST', '/emulator/clock', { advanceSeconds: DAY_SECONDS / SAMPLES });
  await emulator.client.logIn(); // the token has expired
  const create = await createCreator(emulator.client);
  let left = Math.floor(requests / REQUESTS_OF_A_LIFE);
  const lane = async () => {
    while (left-- > 0) await live(emulator.client, create);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}

/** What is made is removed, so that whatever grows is the local BioT's own. */
async function live(client: Client, create: Create): Promise<void> {
  const { id } = await create();
  await expect(client.send('GET', `${PATIENTS}/${id}`), 200);
  await expect(client.send('PATCH', `${PATIENTS}/${id}`, { _phone: '+15550100' }), 200);
  await expect(client.send('DELETE', `${PATIENTS}/${id}`), 204);
}

async function expect(answer: ReturnType<Client['send']>, status: number): Promise<void> {
  const { status: seen, body } = await answer;
  if (seen !== status) throw new Error(`${status} was expected, not ${seen}: ${JSON.stringify(body)}`);
}
