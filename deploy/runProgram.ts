import { type ChildProcess, spawn } from 'node:child_process';

export type ProgramResult = { code: number; stdout: string; stderr: string };

export type ProgramOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Goes to standard input: the way for secrets. */
  input?: string | Buffer;
  /** Ends the program, by force if it does not end by itself within some seconds. */
  signal?: AbortSignal;
  /** Told all output while it comes; it is returned as well, of each stream at least the last 16 million characters. */
  onOutput?(text: string): void;
};

/** Less than an interrupted step is given to leave all in order. */
const PATIENCE_MS = 3000;
const MAX_OUTPUT = 16_000_000;

/**
 * Runs a program to its end, without a shell, and resolves when it has really ended. Never throws: a program that is not
 * there ends with code 127, and one that a signal ended with 1.
 */
export function runProgram(
  program: string,
  args: string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { cwd, env, input, signal, onOutput } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...(cwd && { cwd }), ...(env && { env }), stdio: 'pipe' });
    const watching = signal && endWith(signal, child);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] = append(output[name], chunk);
        onOutput?.(chunk);
      });
    }
    const end = (result: ProgramResult) => {
      watching?.stop();
      resolve(result);
    };
    child.stdin.on('error', () => undefined); // the program ended without reading all of it
    child.on('error', (error) => end({ ...output, code: 127, stderr: error.message }));
    child.on('close', (code) => end({ ...output, code: code ?? 1 }));
    child.stdin.end(input);
  });
}

/** A program that prints without an end would otherwise end ours, which holds half a thousand million at most. */
const append = (output: string, chunk: string): string =>
  output.length < 2 * MAX_OUTPUT ? output + chunk : (output + chunk).slice(-MAX_OUTPUT);

function endWith(signal: AbortSignal, child: ChildProcess): { stop(): void } {
  let force: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill();
    force = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return {
    stop() {
      clearTimeout(force);
      signal.removeEventListener('abort', end);
    },
  };
}
