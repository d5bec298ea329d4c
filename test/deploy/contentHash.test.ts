import { appendFileSync, chmodSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashBuildContext } from '../../deploy/contentHash.ts';
import { makeFolder } from '../builders/folder.ts';
import { copyProject } from '../builders/project.ts';

const HASH = /^sha256:[0-9a-f]{64}$/;

describe('hashBuildContext', () => {
  const here = copyProject('here');
  const there = copyProject('there');

  it('is the same in another folder, at another time', async () => {
    utimesSync(join(there, 'src/index.ts'), 1, 1);

    const [one, two] = await Promise.all([hashBuildContext(here), hashBuildContext(there)]);

    expect(one).toMatch(HASH);
    expect(two).toBe(one);
  });

  it('is another one after one byte, a new name, a new mode, in any file that is built from', async () => {
    const change = async (make: () => void) => {
      make();
      return hashBuildContext(there);
    };
    const hashes = [
      await hashBuildContext(there),
      await change(() => appendFileSync(join(there, 'src/hooks.ts'), '\n')),
      await change(() => renameSync(join(there, 'src/hooks.ts'), join(there, 'src/hooks2.ts'))),
      await change(() => chmodSync(join(there, 'src/hooks2.ts'), 0o755)),
      await change(() => appendFileSync(join(there, 'package-lock.json'), '\n')),
      await change(() => appendFileSync(join(there, 'Dockerfile'), '\n')), // which is ignored itself
    ];

    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is the same when a file changes that .dockerignore keeps out', async () => {
    const before = await hashBuildContext(here);

    mkdirSync(join(here, 'data'));
    writeFileSync(join(here, 'data/new.txt'), 'new');
    writeFileSync(join(here, '.env'), 'A=1');
    appendFileSync(join(here, 'README.md'), '\n');
    appendFileSync(join(here, 'deploy/deploy.ts'), '\n');

    expect(await hashBuildContext(here)).toBe(before);
  });

  it('does not take two files for one of their contents and names in a row', async () => {
    const hashes = [
      { Dockerfile: '', a: 'b' },
      { Dockerfile: '', ab: '' },
      { Dockerfile: '', a: '', b: '' },
    ]
      .map(makeFolder)
      .map(hashBuildContext);

    expect(new Set(await Promise.all(hashes)).size).toBe(3);
  });

  it('says that there is no Dockerfile', async () => {
    const folder = makeFolder({ 'index.js': '' });

    const hash = hashBuildContext(folder);

    await expect(hash).rejects.toMatchObject({ code: 'NO_DOCKERFILE', exitCode: 2 });
  });
});
