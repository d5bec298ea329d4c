import { runProgram } from './runProgram.ts';

/** HEAD, and whether the working tree differs from it. Empty outside of git, or without it. */
export async function readGitState(projectRoot: string): Promise<{ gitCommit?: string; isDirty?: boolean }> {
  const git = (...args: string[]) => runProgram('git', args, { cwd: projectRoot });
  const [head, status] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')]);
  if (head.code !== 0 || status.code !== 0) return {};
  return { gitCommit: head.stdout.trim(), isDirty: status.stdout.trim() !== '' };
}
