import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './until.ts';

/** What `sampleCommand.ts` does. */
export type SampleName =
  | 'wait'
  | 'tidy'
  | 'done'
  | 'stubborn'
  | 'idle'
  | 'program'
  | 'long'
  | 'steps'
  | 'question';

export type SampleOptions = {
  args?: string[];
  env?: Record<string, string>;
  /** On a pseudo-terminal, where standard output and error are one. */
  isTerminal?: boolean;
};

export type Sample = {
  stdout(): string;
  stderr(): string;
  /** Resolves when it has said so. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** On a terminal: types this; `\x03` is Ctrl-C. */
  type(text: string): void;
  /** Its exit code, when all of its output is there. */
  exit: Promise<number | null>;
};

const SAMPLE = join(__dirname, 'sampleCommand.ts');

/** Python has what Node has not: a pseudo-terminal, here one of 60 columns. */
const IN_TERMINAL = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', 'stty cols 60; exec "$@"', 'sh'] + sys.argv[1:])))`;

/** A command of the command line as a process of its own. */
export function startSample(name: SampleName, options: SampleOptions = {}): Sample {
  const { args = [], env = {}, isTerminal = false } = options;
  const command = [process.execPath, SAMPLE, name, ...args];
  const [program = '', ...rest] = isTerminal ? ['python3', '-c', IN_TERMINAL, ...command] : command;
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm', ...env },
  });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk: Buffer) => {
      written[stream] += chunk;
    });
  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    says: (text) => until(() => (written.stdout + written.stderr).includes(text)),
    kill: (signal) => void child.kill(signal),
    type: (text) => void child.stdin.write(text),
    exit: once(child, 'close').then(([code]) => code as number | null),
  };
}
