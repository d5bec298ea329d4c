import { spawnSync } from 'node:child_process';

/** A suite that needs a program that is not everywhere. Where it is not, it is skipped and says why. */
export function describeWithProgram(program: string, name: string, suite: () => void): void {
  const { error } = spawnSync(program, ['--version']);
  if (!error) return void describe(name, suite);
  process.stderr.write(`Skipped: ${name}: there is no ${program} (${error.message})\n`);
  // biome-ignore lint/suspicious/noSkippedTests: there is nothing it could run with, and it has just said so
  describe.skip(name, suite);
}
