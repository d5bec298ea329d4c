import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGitState } from '../../deploy/readGitState.ts';
import { runProgram } from '../../deploy/runProgram.ts';

describe('readGitState', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const git = (...args: string[]) =>
    runProgram('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder });

  it('tells nothing outside of git', async () => {
    const state = await readGitState(folder);

    expect(state).toEqual({});
  });

  it('tells the commit, and whether something differs from it', async () => {
    await git('init', '--quiet');
    await git('commit', '--quiet', '--allow-empty', '--message', 'first');
    const { stdout } = await git('rev-parse', 'HEAD');

    const clean = await readGitState(folder);
    writeFileSync(join(folder, 'new'), '');
    const dirty = await readGitState(folder);

    expect([clean, dirty]).toEqual([
      { gitCommit: stdout.trim(), isDirty: false },
      { gitCommit: stdout.trim(), isDirty: true },
    ]);
  });
});
