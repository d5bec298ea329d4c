import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from './builders/project.ts';

type Line = { path: string; inIndex: string; inWorkTree: string };

/** What git says of each file's line ends, there and as checked out. */
function readLineEnds(folder: string): Line[] {
  const lines = execFileSync('git', ['ls-files', '--eol'], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [, inIndex = '', inWorkTree = '', path = ''] =
      /^i\/(\S+) +w\/(\S*) +[^\t]*\t(.*)$/.exec(line) ?? [];
    return { path, inIndex, inWorkTree };
  });
}

/** Line ends that a text file must not have; one line without an end, or nothing, has none. */
const isOther = (found: string, wanted: string) => !['-text', 'none', '', wanted].includes(found);

describe('.gitattributes', () => {
  it('has LF in the repository for every file', () => {
    const wrong = readLineEnds(PROJECT_ROOT).filter(({ inIndex }) => isOther(inIndex, 'lf'));

    expect(wrong).toEqual([]);
  });

  it('checks LF out everywhere but for .bat files, whatever git is set up for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });

    try {
      git('init', '--quiet');
      git('config', 'core.autocrlf', 'true'); // as Git for Windows proposes it
      git('config', 'core.eol', 'crlf');
      const paths = readLineEnds(PROJECT_ROOT).map(({ path }) => path);
      const isThere = (path: string) => existsSync(join(PROJECT_ROOT, path));
      for (const path of paths.filter(isThere)) cpSync(join(PROJECT_ROOT, path), join(folder, path));
      git('add', '--all', '--force');
      for (const path of paths) rmSync(join(folder, path), { force: true });
      git('checkout', '--', '.');

      const lines = readLineEnds(folder);
      const isBatch = ({ path }: Line) => path.endsWith('.bat');
      expect(lines.filter((line) => !isBatch(line) && isOther(line.inWorkTree, 'lf'))).toEqual([]);
      expect(lines.filter(isBatch).map(({ path, inWorkTree }) => [path, inWorkTree])).toEqual([
        ['BuildAndPush.bat', 'crlf'],
        ['login.bat', 'crlf'],
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
