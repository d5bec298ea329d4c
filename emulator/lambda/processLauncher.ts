import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import type { Launched } from './environment.ts';

export type ProcessSpec = {
  /** The unpacked ZIP. */
  taskRoot: string;
  variables: Record<string, string>;
  onOutput(text: string): void;
};

/** Unpacks a plugin's ZIP into a new folder. @throws Error when a name in it leads out of the folder */
export async function unpackZip(zip: Buffer): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'biot-task-'));
  try {
    await unpackInto(root, zip);
    return root;
  } catch (error) {
    await removeTask(root);
    throw error;
  }
}

async function unpackInto(root: string, zip: Buffer): Promise<void> {
  for (const [name, bytes] of Object.entries(unzipSync(zip))) {
    const path = resolve(root, name);
    if (!path.startsWith(root + sep)) throw new Error(`The ZIP holds ${name}, which leads out of it`);
    if (name.endsWith('/')) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

export const removeTask = (taskRoot: string): Promise<void> => rm(taskRoot, { recursive: true, force: true });

/**
 * The program that runs handlers: AWS's own runtime client if it could be built on this machine, otherwise the small
 * one beside this file. Says once which, and what a process cannot keep of Lambda's rules.
 */
export function chooseRuntimeClient(projectRoot: string, log: (line: string) => void): () => string {
  let chosen: string | undefined;
  return () => {
    if (chosen) return chosen;
    const aws = join(projectRoot, 'node_modules/aws-lambda-ric');
    const isAws = existsSync(join(aws, 'rapid-client.node'));
    const client = isAws
      ? 'aws-lambda-ric'
      : 'a small client of its own, as aws-lambda-ric could not be built here';
    log(`ZIP plugins run as processes with ${client}. Read-only root, user and memory limit are not kept.`);
    chosen = isAws ? join(aws, 'index.mjs') : join(projectRoot, 'emulator/lambda/runtimeClient.mjs');
    return chosen;
  };
}

/** Runs the ZIP's handler as a child process. Read-only root, uid and memory limit are not kept here. */
export function launchProcess(
  runtimeClient: string,
  { taskRoot, variables, onOutput }: ProcessSpec,
): Launched {
  const env = { ...variables, LAMBDA_TASK_ROOT: taskRoot };
  const child = spawn(process.execPath, [runtimeClient], {
    cwd: taskRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => onOutput(chunk.toString()));

  return {
    exited: new Promise((settle) => {
      child.on('error', (error) => settle(error.message));
      child.on('close', (code, signal) => settle(toExitReason(code, signal)));
    }),
    onInitialised: async () => undefined,
    kill: () => void child.kill('SIGKILL'),
  };
}

// As the kernel's and Go's texts name them.
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

function toExitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `signal: ${SIGNALS[signal] ?? signal}`;
  return code === 0 ? '' : `exit status ${code}`;
}
