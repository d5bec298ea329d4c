import { round, type Spread, toSpread } from '../statistics.ts';
import { type Chain, deployChain, PATIENTS, subscribeChain } from './chains.ts';
import type { Client } from './client.ts';
import { type EmulatorProcess, startEmulatorProcess } from './startEmulatorProcess.ts';

const WARM_UP = 300;
const ONE_BY_ONE = 1_000;
const CONCURRENCY = 8;
const TOGETHER_MS = 6_000;

/** Milliseconds of one creation with three hooks, and creations a second with eight at a time. */
export type CreateFigures = {
  total: Spread;
  insideHooks: Spread;
  own: Spread;
  emulatorCpuMs: number;
  perSecond: number;
};

/** A patient's creation with three warm hooks: as three deployed plugins, or as three endpoints. */
export async function measureCreate(hooks: 'plugins' | 'endpoints'): Promise<CreateFigures> {
  const emulator = await startEmulatorProcess();
  const chain = await (hooks === 'plugins' ? deployChain : subscribeChain)(emulator);
  try {
    const create = await createCreator(emulator.client);
    for (let index = 0; index < WARM_UP; index++) await create();
    await chain.times();
    const oneByOne = await measureOneByOne(create, { chain, emulator });
    await measureTogether(create, TOGETHER_MS / 2); // each environment has to start first
    const perSecond = await measureTogether(create, TOGETHER_MS);
    return { ...oneByOne, perSecond };
  } finally {
    await emulator.close();
    await chain.close();
  }
}

export type Create = () => Promise<{ id: string; ms: number; traceId: string }>;

/** @throws Error when a patient is not created */
export async function createCreator(client: Client): Promise<Create> {
  const { body } = await client.send('GET', '/settings/v1/templates/minimized');
  const templates = body.data as { id: string; entityTypeName: string }[];
  const patient = {
    _name: { firstName: 'Jane', lastName: 'Doe' },
    _ownerOrganization: { id: '00000000-0000-0000-0000-000000000000' },
    _templateId: templates.find(({ entityTypeName }) => entityTypeName === 'patient')?.id,
  };
  let count = 0;
  return async () => {
    const _email = `jane.${process.pid}.${count++}@example.com`;
    const {
      status,
      body: created,
      ms,
      traceId,
    } = await client.send('POST', PATIENTS, { ...patient, _email });
    if (status !== 201) throw new Error(`Not created: ${status} ${JSON.stringify(created)}`);
    return { id: String(created._id), ms, traceId };
  };
}

async function measureOneByOne(
  create: Create,
  { chain, emulator }: { chain: Chain; emulator: EmulatorProcess },
): Promise<Omit<CreateFigures, 'perSecond'>> {
  const { cpuMs } = await emulator.usage();
  const calls: { ms: number; traceId: string }[] = [];
  for (let index = 0; index < ONE_BY_ONE; index++) calls.push(await create());
  const usage = await emulator.usage();
  const inside = await chain.times();
  return {
    total: toSpread(calls.map(({ ms }) => ms)),
    insideHooks: toSpread(calls.map(({ traceId }) => inside[traceId] ?? Number.NaN)),
    own: toSpread(calls.map(({ ms, traceId }) => ms - (inside[traceId] ?? Number.NaN))),
    emulatorCpuMs: round((usage.cpuMs - cpuMs) / ONE_BY_ONE),
  };
}

async function measureTogether(create: Create, durationMs: number): Promise<number> {
  const begun = performance.now();
  const end = begun + durationMs;
  let done = 0;
  const lane = async () => {
    for (; performance.now() < end; done++) await create();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return Math.round((done * 1000) / (performance.now() - begun));
}
