import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { makeFolder, removeFolder } from '../temporaryFolders.ts';
import { readLines } from './readLines.ts';
import type { Code, Exit, Launched, Sandbox, SandboxSpec } from './sandbox.ts';
import { unpackZip } from './unpackZip.ts';

const OUTPUT_LINGER_MS = 1000;

export type ProcessOptions = {
  /** The program that runs a handler. */
  runtimeClient: string;
  /** For the Node that runs it, like `--inspect=9229`. */
  nodeArguments: string[];
};

/** A ZIP's handler as child processes. Read-only root, uid and memory limit are not kept here. */
export async function prepareZip(zip: Buffer, options: ProcessOptions): Promise<Code> {
  const taskRoot = await unpackZip(zip);
  return {
    listenAddress: '127.0.0.1',
    createSandbox: (spec) => createSandbox(spec, taskRoot, options),
    dispose: () => removeFolder(taskRoot),
  };
}

function createSandbox(spec: SandboxSpec, taskRoot: string, options: ProcessOptions): Sandbox {
  let temporary: Promise<string> | undefined;
  return {
    async launch(port) {
      temporary ??= makeFolder('tmp');
      const folder = await temporary;
      const variables = spec.variables(`127.0.0.1:${port}`);
      const env = { ...variables, ...toTemporaryVariables(folder), LAMBDA_TASK_ROOT: taskRoot };
      return toLaunched(startProcess(options, taskRoot, env), spec.onLine);
    },
    dispose: async () => temporary && removeFolder(await temporary),
  };
}

const isWindows = process.platform === 'win32';

const toTemporaryVariables = (folder: string): Record<string, string> =>
  isWindows ? { TEMP: folder, TMP: folder } : { TMPDIR: folder };

type Child = ChildProcessByStdio<null, Readable, Readable>;

// A frozen process cannot notice that its parent is gone, so where the kernel can be told to end it then, it is.
const SETPRIV = '/usr/bin/setpriv';
const withParent = (command: string[]): string[] =>
  process.platform === 'linux' && existsSync(SETPRIV)
    ? [SETPRIV, '--pdeathsig', 'KILL', '--', ...command]
    : command;

function startProcess(options: ProcessOptions, cwd: string, env: Record<string, string>): Child {
  const { runtimeClient, nodeArguments } = options;
  const [program = '', ...args] = withParent([process.execPath, ...nodeArguments, runtimeClient]);
  // In a group of its own: what it starts is frozen and ended with it, and a Ctrl-C in the terminal is not for it.
  return spawn(program, args, { cwd, env, detached: !isWindows, stdio: ['ignore', 'pipe', 'pipe'] });
}

function toLaunched(child: Child, onLine: (line: string) => void): Launched {
  let peakMemory: number | undefined;
  const readPeakMemory = () => {
    peakMemory = peakMemoryMbOf(child) ?? peakMemory;
    return peakMemory;
  };
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  return {
    exited: exitOf(child),
    onInitialised: async () => undefined,
    freeze: async () => signal(child, 'SIGSTOP'),
    thaw: async () => signal(child, 'SIGCONT'),
    peakMemoryMb: async () => readPeakMemory(),
    kill() {
      readPeakMemory();
      signal(child, 'SIGKILL');
    },
  };
}

function exitOf(child: Child): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ reason: error.message, errorType: 'Runtime.InvalidEntrypoint' }),
    );
    child.once('exit', () => {
      signal(child, 'SIGKILL'); // what it started, which may hold its output open
      const linger = setTimeout(() => [child.stdout, child.stderr].forEach(destroy), OUTPUT_LINGER_MS);
      child.once('close', (code, signalName) => {
        clearTimeout(linger);
        resolve({ reason: toExitReason(code, signalName) });
      });
    });
  });
}

const destroy = (stream: Readable): void => void stream.destroy();

/** To the process and all that it started; nothing when there is none any more. */
function signal(child: Child, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (!isWindows) process.kill(-child.pid, name);
    else if (name === 'SIGKILL') child.kill(name); // cannot be frozen there
  } catch {
    // it has ended
  }
}

/** From the kernel's own count, where there is one. */
function peakMemoryMbOf({ pid }: Child): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

// As the kernel's and Go's texts name them.
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

function toExitReason(code: number | null, signalName: NodeJS.Signals | null): string {
  if (signalName) return `signal: ${SIGNALS[signalName] ?? signalName}`;
  return code === 0 ? '' : `exit status ${code}`;
}
