import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Bundle, bundle, bundleOptions, NOTICES_FILE } from '../../deploy/bundle.ts';
import { bundleServe } from '../../deploy/bundleServe.ts';
import { addPackage } from '../builders/foreignPackage.ts';
import { copyProject } from '../builders/project.ts';

describe('bundle', () => {
  const projectRoot = copyProject();
  let made: Bundle;
  let notices: string;
  const get = (name: string) => made.packages.find((bundled) => bundled.name === name);

  beforeAll(async () => {
    addPackage(projectRoot, {
      name: '@other/in-readme',
      license: 'ISC',
      files: { 'readme.md': '# It\r\n\r\nIs good.\r\n\r\n## License\r\n\r\nCopyright of the readme\r\n' },
    });
    addPackage(projectRoot, {
      name: 'in-two-files',
      license: 'Apache-2.0',
      files: {
        NOTICE: 'The notice\n',
        'LICENCE.txt': 'The licence\n',
        'README.md': '## License\nNot read\n',
      },
    });
    addPackage(projectRoot, {
      name: 'in-a-folder',
      license: 'MIT',
      files: { 'LICENSES/MIT.txt': 'The licence in a folder\n' },
    });
    addPackage(projectRoot, {
      name: 'another',
      license: 'MIT',
      files: { LICENSE: 'The licence in a folder\n' },
    });
    addPackage(projectRoot, { name: 'says-nothing' });
    const unused = { 'index.js': 'export const unused = 1;\n' };
    addPackage(projectRoot, { name: 'is-not-used', license: 'MIT', files: unused });
    made = await bundle(projectRoot);
    notices = readFileSync(join(made.taskRoot, NOTICES_FILE), 'utf8');
  });

  it('names exactly the packages whose files stand in the output', async () => {
    // As it is not minified here, esbuild itself writes where each piece comes from.
    const { outputFiles } = await build({ ...bundleOptions(projectRoot), write: false });
    const sources = outputFiles[0]?.text.matchAll(/^ *\/\/ (?:\S*?\/)??(node_modules\/\S+)$/gm) ?? [];
    const folders = [...sources].map(
      ([, path = '']) => /^(.*node_modules\/(@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
    );

    expect(made.packages.map(({ path }) => path)).toEqual([...new Set(folders)].sort());
    expect(made.packages.length).toBeGreaterThan(30);
  });

  it('tells what each is and states, and what it imports', () => {
    const jwa = get('jwa');

    expect(jwa).toEqual({
      path: 'node_modules/jwa',
      name: 'jwa',
      version: JSON.parse(readFileSync(join(projectRoot, 'node_modules/jwa/package.json'), 'utf8')).version,
      licence: 'MIT',
      notices: expect.stringMatching(/^Copyright \(c\) .*\n\nPermission is hereby granted/),
      imports: [
        'node_modules/buffer-equal-constant-time',
        'node_modules/ecdsa-sig-formatter',
        'node_modules/safe-buffer',
      ],
    });
    expect(made.imports).toEqual(
      expect.arrayContaining(['node_modules/@other/in-readme', 'node_modules/axios', 'node_modules/winston']),
    );
    expect(get('is-not-used')).toBeUndefined();
    expect(get('says-nothing')).not.toHaveProperty('licence');
  });

  it.each([
    [
      'a README',
      '@other/in-readme',
      '@other/in-readme 1.0.0 (ISC)\n\n## License\n\nCopyright of the readme\n',
    ],
    [
      'a folder, once for all that have it',
      'in-a-folder',
      'another 1.0.0 (MIT)\nin-a-folder 1.0.0 (MIT)\n\nThe licence in a folder\n',
    ],
    ['files, all of them', 'in-two-files', 'in-two-files 1.0.0 (Apache-2.0)\n\nThe licence\n\nThe notice\n'],
    ['nothing', 'says-nothing', 'says-nothing 1.0.0 (no licence stated)\n'],
  ])('writes the notices that a package has in %s', (_where, _name, text) => {
    expect(notices).toContain(`\n${text}`);
    expect(notices).not.toMatch(/Not read|Is good|\r/);
  });

  it('writes a notice of each package of today’s', () => {
    const silent = made.packages.filter((bundled) => !/copyright|licen[cs]e/i.test(bundled.notices));

    expect(silent.map(({ name }) => name)).toEqual(['says-nothing']);
  });
});

describe('bundle, where the image is built', () => {
  const [here, there] = [copyProject(), copyProject()];

  it('makes the same code, as strict, although there is no tsconfig.json', async () => {
    rmSync(join(there, 'tsconfig.json'));

    const made = [await bundle(here), await bundle(there)];

    const [one, other] = made.map(({ taskRoot }) => readFileSync(join(taskRoot, 'index.js'), 'utf8'));
    expect(other === one).toBe(true);
  });
});

describe('bundle, of packages', () => {
  const projectRoot = copyProject();

  it('takes only those that npm ci --omit=dev installs, as where the image is built', async () => {
    const { packages } = await bundle(projectRoot);

    const locked = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')).packages;
    expect(packages.filter(({ path }) => locked[path].dev).map(({ name }) => name)).toEqual([]);
  });
});

describe('bundleServe', () => {
  const projectRoot = copyProject();

  it('writes the notices of the server’s packages beside it', async () => {
    const server = await bundleServe(projectRoot, {});

    const notices = readFileSync(join(server, '..', NOTICES_FILE), 'utf8');
    expect(notices).toMatch(/^axios \d\S+ \(MIT\)$/m);
  });
});
