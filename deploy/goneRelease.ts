import { EXIT, Failure } from './failure.ts';
import type { Release } from './releases.ts';

/** What a person is told whose release is kept nowhere any more: how to make it again. */
export function goneRelease({ version, gitCommit, isDirty }: Release, why: string): Failure {
  const folder = `../release-${version}`;
  const changes = isDirty ? ' (it had changes that were not committed)' : '';
  return new Failure({
    code: 'RELEASE_GONE',
    exitCode: EXIT.failed,
    message: `Release ${version} cannot be run again: ${why}`,
    cure: gitCommit
      ? `Build it again from its commit${changes}: git worktree add ${folder} ${gitCommit}, and in ${folder}: npm ci && npx biot-plugin deploy`
      : 'It was made outside of git, so only its sources can bring it back: deploy them.',
  });
}
