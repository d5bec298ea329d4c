import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { connect } from '../../deploy/connect.ts';
import { type EmulatorOptions, startEmulator } from '../../emulator/index.ts';
import { createBundler } from './createBundler.ts';
import { createRounds } from './createRounds.ts';
import { createSwapper, type Swapper } from './createSwapper.ts';
import type { Terminal } from './terminal.ts';
import { watchFolders } from './watchFolders.ts';

export type DevelopOptions = Omit<EmulatorOptions, 'log' | 'debug'> & {
  /** Where a debugger finds the plugin; 1 to 65535. */
  inspectPort?: number;
  terminal: Terminal;
  /** Where references of plugin.json get their values, beside the `.env` files. */
  env: NodeJS.ProcessEnv;
};

/** What counts at the root of the project. */
const CONFIGURATION = ['plugin.json', '.env', '.env.local'];

/** A local BioT with this plugin in it, brought to what the files say at each save. */
export async function develop(options: DevelopOptions): Promise<{ close(): Promise<void> }> {
  const { terminal, inspectPort, env, ...emulatorOptions } = options;
  const { projectRoot } = options;
  const debug =
    inspectPort === undefined ? {} : { debug: { nodeArguments: [`--inspect=127.0.0.1:${inspectPort}`] } };
  const bundler = await createBundler(projectRoot, terminal.isColoured);
  const starting = startEmulator({ ...emulatorOptions, ...debug, log: terminal.say });
  const emulator = await starting.catch(async (error) => {
    await bundler.close();
    throw error;
  });
  const { baseUrl, username, password } = emulator;
  const openBiot = () => connect({ baseUrl, username, password }, undefined);
  const swapper = createSwapper({ projectRoot, env, bundler, openBiot, say: terminal.say });

  const round = async (savedAt: number) => {
    watch.follow(await foldersOf(projectRoot, swapper)); // before it is read: what is saved meanwhile makes a new round
    const swap = await swapper.swap();
    terminal.swap(swap, Date.now() - savedAt);
  };
  const rounds = createRounds(round);
  const watch = watchFolders((path) => {
    if (dirname(path) !== projectRoot || CONFIGURATION.includes(basename(path))) rounds.ask();
  });
  await rounds.now(); // in its turn: a save in the middle of it waits
  watch.follow(await foldersOf(projectRoot, swapper));
  terminal.ready(emulator, inspectPort);

  return {
    async close() {
      watch.close();
      await rounds.stop();
      await bundler.close();
      await emulator.close();
    },
  };
}

/** Where something can change that the plugin is made of: all of `src/`, and whatever else the bundle was made of. */
async function foldersOf(projectRoot: string, swapper: Swapper): Promise<string[]> {
  const source = join(projectRoot, 'src');
  const entries = await readdir(source, { recursive: true, withFileTypes: true }).catch(() => []);
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return [projectRoot, source, ...below, ...swapper.inputs().map(dirname)];
}
