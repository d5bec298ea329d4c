import { spawn } from 'node:child_process';

export type ProgramResult = { code: number; stdout: string; stderr: string };

export type ProgramOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Goes to standard input: the way for secrets. */
  input?: string;
  /** Ends the program; it then ends with code 127. */
  signal?: AbortSignal;
  /** Told all output while it comes; it is returned as well. */
  onOutput?(text: string): void;
};

/** Runs a program to its end, without a shell. Never throws: a program that is not there ends with code 127. */
export function runProgram(
  program: string,
  args: string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { cwd, env, input, signal, onOutput } = options;
  return new Promise((resolve) => {
    const where = { ...(cwd && { cwd }), ...(env && { env }), ...(signal && { signal }) };
    const child = spawn(program, args, { ...where, stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        output[name] += chunk;
        onOutput?.(chunk.toString());
      });
    }
    child.stdin.on('error', () => undefined); // the program ended without reading all of it
    child.on('error', (error) => resolve({ ...output, code: 127, stderr: error.message }));
    child.on('close', (code) => resolve({ ...output, code: code ?? 1 }));
    child.stdin.end(input);
  });
}
