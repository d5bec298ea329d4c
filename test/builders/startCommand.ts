import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROJECT_ROOT } from './emulator.ts';

/** A command that goes on by itself. `stdout` and `stderr` are what it has written until now. */
export type StartedCommand = {
  stdout(): string;
  stderr(): string;
  /** As `head` does when it has its lines. */
  closeOutput(): void;
  interrupt(): void;
  /** Its exit code. */
  exit: Promise<number | null>;
};

export function startCommand(args: string[], baseUrl: string): StartedCommand {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, BIOT_CLI_BASE_URL: baseUrl };
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'cli/biot-plugin.mjs'), ...args], { env });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  return {
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    closeOutput: () => void child.stdout.destroy(),
    interrupt: () => void child.kill('SIGINT'),
    exit: once(child, 'exit').then(([code]) => code as number | null),
  };
}
