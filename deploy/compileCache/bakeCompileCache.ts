import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusedEvents } from './refusedEvents.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';

const MAX_TIME_MS = 30_000;

export type BakeOptions = {
  /** Where `entrypoint.mjs` with the runtime client, and the handler, are in the image: the cache goes by these paths. */
  runtimeFolder: string;
  taskRoot: string;
  /** The folder for the cache: a file for each file of code. */
  target: string;
};

/** `refused` is how many events were answered; the rest of the code is compiled when it first runs. */
export type Baked = { files: number; refused: number };

/**
 * Starts the handler once as Lambda does, lets it refuse an event of each hook, and keeps what V8 compiled for that.
 * The author's `perform` does not run, but what stands at the top level of a module does. The same code gives the same bytes.
 */
export async function bakeCompileCache({ runtimeFolder, taskRoot, target }: BakeOptions): Promise<Baked> {
  const folder = await mkdtemp(join(tmpdir(), 'compile-cache-'));
  const rehearsal = await startRehearsal(refusedEvents());
  const child = start(join(runtimeFolder, 'entrypoint.mjs'), { taskRoot, folder, rehearsal });
  const timer = setTimeout(() => child.kill('SIGKILL'), MAX_TIME_MS);
  await once(child, 'exit'); // which is when Node writes the cache
  clearTimeout(timer);
  rehearsal.close();
  const files = await collect(folder, target);
  await rm(folder, { recursive: true });
  return { files, refused: rehearsal.answered() };
}

type Start = { taskRoot: string; folder: string; rehearsal: Rehearsal };

/** With a fixed seed for V8's hashes, which are in the cache; no other flag, as it would be another one's cache then. */
function start(entrypoint: string, { taskRoot, folder, rehearsal }: Start): ChildProcess {
  return spawn(process.execPath, ['--random-seed=1', entrypoint, 'index.handler'], {
    cwd: taskRoot,
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {
      NODE_COMPILE_CACHE: folder,
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_RUNTIME_API: rehearsal.address,
      AWS_LAMBDA_FUNCTION_NAME: 'rehearsal',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: 'rehearsal',
      AWS_LAMBDA_LOG_STREAM_NAME: 'rehearsal',
      BIOT_BASE_URL: `http://${rehearsal.address}`,
      BIOT_SERVICE_USER_ID: 'rehearsal',
      BIOT_SERVICE_USER_SECRET_KEY: 'rehearsal',
    },
  });
}

/** Node names the folder between after its version, the user and the processor; the image's entry point links to what is in it. */
async function collect(folder: string, target: string): Promise<number> {
  const [inner] = await readdir(folder);
  await mkdir(target, { recursive: true });
  if (!inner) return 0;
  await cp(join(folder, inner), target, { recursive: true });
  return (await readdir(target)).length;
}
