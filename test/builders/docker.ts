import { spawnSync } from 'node:child_process';

const answer = spawnSync('docker', ['info'], { encoding: 'utf8' });

/** Does a container engine answer here? */
export const hasDocker = answer.status === 0;

/**
 * A suite that needs a container engine. Without one it is skipped and says why; with REQUIRE_DOCKER=1 that is a
 * failure.
 */
export function describeWithDocker(name: string, suite: () => void): void {
  if (hasDocker) return void describe(name, suite);
  const why = `no container engine answers: ${(answer.stderr || String(answer.error)).trim().split('\n')[0]}`;
  if (process.env.REQUIRE_DOCKER !== '1') {
    process.stderr.write(`Skipped: ${name}: ${why}\n`);
    // biome-ignore lint/suspicious/noSkippedTests: there is nothing it could run on, and it has just said so
    return void describe.skip(name, suite);
  }
  it(`${name} needs a container engine`, () => {
    throw new Error(why);
  });
}
