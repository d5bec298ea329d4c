import { setTimeout as delay } from 'node:timers/promises';
import { type EmulatorApi, hasEnded } from '../../deploy/emulatorApi.ts';
import { Failure } from '../../deploy/failure.ts';
import { type Deployed, listPlugins } from '../listPlugins.ts';

const POLL_MS = 200;

export type WatchOptions = {
  api: EmulatorApi;
  /** Without `Plugin-`. */
  plugins: string[];
  /** What is done at once, and again after each deployment. */
  run(): Promise<void>;
  say(line: string): void;
};

/**
 * Until the local BioT ends. A plugin that is deleted is waited for: it may be on its way to a new image.
 * @throws Failure of the first run, whatever it is; EMULATOR_ENDED later on
 */
export async function watch(options: WatchOptions): Promise<never> {
  let before = await readDeployment(options);
  await options.run();
  try {
    for (;;) {
      options.say('Waiting for a deployment; Ctrl-C ends it.');
      before = await untilDeployed(options, before);
      await options.run().catch(waitIfGone);
    }
  } catch (error) {
    throw isUnreachable(error) ? hasEnded(error) : error;
  }
}

/** Deleted while its events were sent: the next look at the plugins tells it. */
function waitIfGone(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'PLUGIN_NOT_FOUND') throw error;
}

/** A call that only took too long says nothing about the local BioT. */
const isUnreachable = (error: unknown): boolean =>
  error instanceof Failure &&
  error.code === 'EMULATOR_UNREACHABLE' &&
  (error.cause as Error).name !== 'TimeoutError';

/** Returns the new deployment, once all plugins are there and one of them is another. */
async function untilDeployed(options: WatchOptions, before: string): Promise<string> {
  const told = new Set<string>();
  for (;;) {
    const deployed = await readDeployed(options);
    const missing = options.plugins.filter((plugin) => !deployed.some(({ name }) => name === plugin));
    for (const plugin of missing.filter((name) => !told.has(name))) {
      options.say(`${plugin} is gone; waiting until it is created again`);
      told.add(plugin);
    }
    const now = JSON.stringify(deployed);
    if (missing.length === 0 && now !== before) return now;
    await delay(POLL_MS);
  }
}

const readDeployment = async (options: WatchOptions): Promise<string> =>
  JSON.stringify(await readDeployed(options));

async function readDeployed({ api, plugins }: WatchOptions): Promise<Deployed[]> {
  const deployed = await listPlugins(api);
  return deployed.filter(({ name }) => plugins.includes(name));
}
