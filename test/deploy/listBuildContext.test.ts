import { randomUUID } from 'node:crypto';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { listBuildContext } from '../../deploy/listBuildContext.ts';
import { docker } from '../builders/container.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { makeFolder } from '../builders/folder.ts';

const DOCKERFILE = 'FROM scratch\nCOPY . /context/\nCMD ["none"]\n';
const FILES = {
  Dockerfile: DOCKERFILE,
  'a.md': '',
  'B.md': '',
  'sub/a.md': '',
  'sub/b.txt': '',
  'sub/deep/a.md': '',
  'sub/deep/c.ts': '',
  'other/deep/c.ts': '',
  'node_modules/x/index.js': '',
  'ä/ö.txt': '',
  '.env': '',
  'a b/c d.txt': '',
};

/** All that a .dockerignore can say, but `Dockerfile` stays in: see below. */
const RULES: Record<string, string> = {
  nothing: '',
  'everything but some': '*\n!Dockerfile\n!sub\n!a.md\n',
  'a file in a folder that is out': '*\n!Dockerfile\n!sub/deep/c.ts\n',
  'an exception of an exception': '*\n!Dockerfile\n!sub\nsub/deep\n!sub/deep/a.md\n',
  'stars at any depth': '**/*.md\n**/node_modules\n',
  'one star at one depth': '*/*.md\n*.md\n',
  'question marks, sets, slashes, blanks, comments': '# sub\n/?.md\n  sub/  \n\nother/[c-e]eep\n/.env\n',
  'carriage returns': 'sub\r\n!sub/b.txt\r\n',
  'another case': 'b.MD\nSUB\n',
  'a folder by its name with dots': './sub/../sub/deep\n',
  'letters beyond ASCII and blanks': 'ä\na b/*\n',
};

describe('listBuildContext', () => {
  it('has the Dockerfile although it is ignored, and lists by bytes', async () => {
    const folder = makeFolder({ ...FILES, '.dockerignore': '*\n!*.md\n!sub\n' });

    const entries = await listBuildContext(folder);

    expect(entries.map(({ path }) => path)).toEqual([
      ...['B.md', 'Dockerfile', 'a.md', 'sub/a.md', 'sub/b.txt', 'sub/deep/a.md', 'sub/deep/c.ts'],
    ]);
  });

  it('takes the Dockerfile’s own ignore file first, as BuildKit does', async () => {
    const own = { 'Dockerfile.dockerignore': '*\n!a.md\n', '.dockerignore': '*\n!B.md\n' };
    const folder = makeFolder({ ...FILES, ...own });

    const entries = await listBuildContext(folder);

    expect(entries.map(({ path }) => path)).toEqual(['Dockerfile', 'a.md']);
  });
});

describeWithDocker('listBuildContext and docker', () => {
  it.each(Object.entries(RULES))(
    'agree on %s',
    async (_what, rules) => {
      const folder = makeFolder({ ...FILES, '.dockerignore': `.dockerignore\n${rules}` });
      symlinkSync('b.txt', join(folder, 'sub/link'));
      symlinkSync('sub', join(folder, 'linked'));

      const listed = await listBuildContext(folder);
      const sent = await listSent(folder);

      expect(listed.map(({ path }) => path)).toEqual(sent);
    },
    60_000,
  );
});

/** The files and links that arrive in an image of the whole context. */
async function listSent(folder: string): Promise<string[]> {
  const name = `biot-plugin-test:${randomUUID()}`;
  await docker('build', '--tag', name, folder);
  try {
    const container = await docker('create', name);
    const target = makeFolder();
    await docker('cp', `${container}:/context`, target);
    await docker('rm', container);
    return readdirSync(join(target, 'context'), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name: file }) => join(parentPath, file).slice(join(target, 'context/').length))
      .filter((path) => !path.startsWith('linked/')) // where the link leads to
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } finally {
    await docker('rmi', name);
  }
}
