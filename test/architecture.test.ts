import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..');
const AREAS = ['src', 'serve', 'emulator', 'deploy', 'cli', 'test', 'bench'];

/** A file of the emulator that all of it may use: all that stands beside its index and its app. */
const EMULATOR_SHARED = 'emulator/(?!(index|app)\\.)[^/]+$';

/** Which of our own files a file may import: the first line that fits it counts; `$1` is the folder it found. */
const arrows: [from: RegExp, to: string[]][] = [
  [/^src\/index\.ts$/, ['src/hooks\\.ts$', 'src/runtime/']],
  [/^src\/hooks\.ts$/, ['src/\\w+/index\\.ts$', 'src/runtime/']],
  [/^src\/runtime\//, ['src/runtime/']],
  [/^src\/(\w+)\//, ['src/$1/', 'src/runtime/']],
  [/^serve\/index\.ts$/, ['serve/', 'src/index\\.ts$']],
  [/^serve\//, ['serve/']],
  [/^emulator\/(index|app)\.ts$/, ['emulator/']],
  [/^emulator\/[^/]+$/, [EMULATOR_SHARED]],
  [/^emulator\/(\w+)\//, ['emulator/$1/', EMULATOR_SHARED]],
  [/^deploy\//, ['deploy/', 'src/runtime/']],
  [/^cli\//, ['cli/', 'deploy/', 'emulator/']],
  [/^(test|bench)\//, ['']],
];

describe('the imports', () => {
  const imports = AREAS.flatMap(listFiles).flatMap((file) =>
    ownImportsOf(file, readFileSync(join(ROOT, file), 'utf8')).map((imported) => ({ file, imported })),
  );

  it('go only along the arrows that are drawn', () => {
    const forbidden = imports.filter(({ file, imported }) => !isAllowed(file, imported));

    expect(forbidden).toEqual([]);
  });

  it.each(['src', 'serve', 'emulator', 'deploy', 'cli', 'test'])('are found in %s', (area) => {
    const found = imports.filter(({ file }) => file.startsWith(`${area}/`));

    expect(found.length).toBeGreaterThan(0);
  });
});

describe('isAllowed', () => {
  it.each([
    ['src/index.ts', 'src/hooks.ts'],
    ['src/index.ts', 'src/runtime/login.ts'],
    ['src/hooks.ts', 'src/notification/index.ts'],
    ['src/notification/perform.ts', 'src/notification/response.ts'],
    ['src/notification/perform.ts', 'src/runtime/hook.ts'],
    ['src/runtime/login.ts', 'src/runtime/biot.ts'],
    ['serve/index.ts', 'src/index.ts'],
    ['serve/index.ts', 'serve/startServer.ts'],
    ['emulator/index.ts', 'emulator/ums/routes.ts'],
    ['emulator/ums/routes.ts', 'emulator/ums/tokens.ts'],
    ['emulator/ums/routes.ts', 'emulator/state.ts'],
    ['deploy/deploy.ts', 'deploy/docker.ts'],
    ['deploy/deploy.ts', 'src/runtime/biot.ts'],
    ['cli/emulator.ts', 'emulator/index.ts'],
    ['cli/deploy.ts', 'deploy/deploy.ts'],
    ['test/emulator/ums/routes.test.ts', 'emulator/ums/tokens.ts'],
    ['bench/index.ts', 'src/index.ts'],
  ])('lets %s import %s', (from, to) => {
    const result = isAllowed(from, to);

    expect(result).toBe(true);
  });

  it.each([
    ['src/runtime/login.ts', 'src/notification/perform.ts'],
    ['src/runtime/login.ts', 'src/hooks.ts'],
    ['src/runtime/login.ts', 'src/index.ts'],
    ['src/notification/perform.ts', 'src/interceptorPre/perform.ts'],
    ['src/interceptorPost/perform.ts', 'src/interceptorPostEntity/response.ts'],
    ['src/notification/perform.ts', 'src/hooks.ts'],
    ['src/hooks.ts', 'src/notification/perform.ts'],
    ['src/index.ts', 'src/notification/index.ts'],
    ['src/index.ts', 'emulator/state.ts'],
    ['src/runtime/biot.ts', 'deploy/docker.ts'],
    ['src/notification/perform.ts', 'cli/invoke.ts'],
    ['src/index.ts', 'serve/startServer.ts'],
    ['serve/startServer.ts', 'src/index.ts'],
    ['serve/index.ts', 'src/runtime/config.ts'],
    ['serve/index.ts', 'deploy/failure.ts'],
    ['cli/serve.ts', 'serve/startServer.ts'],
    ['emulator/index.ts', 'src/runtime/biot.ts'],
    ['emulator/ums/routes.ts', 'src/runtime/errors.ts'],
    ['emulator/lambda/lambda.ts', 'deploy/docker.ts'],
    ['emulator/index.ts', 'cli/emulator.ts'],
    ['emulator/entities/routes.ts', 'emulator/dispatcher/interceptors.ts'],
    ['emulator/cron/routes.ts', 'emulator/lambda/lambda.ts'],
    ['emulator/ums/routes.ts', 'emulator/index.ts'],
    ['emulator/state.ts', 'emulator/ums/tokens.ts'],
    ['emulator/state.ts', 'emulator/index.ts'],
    ['deploy/deploy.ts', 'emulator/index.ts'],
    ['deploy/deploy.ts', 'src/index.ts'],
    ['deploy/deploy.ts', 'src/notification/index.ts'],
    ['deploy/deploy.ts', 'cli/deploy.ts'],
    ['cli/invoke.ts', 'src/index.ts'],
    ['cli/deploy.ts', 'src/runtime/biot.ts'],
    ['cli/invoke.ts', 'src/notification/perform.ts'],
    ['cli/invoke.ts', 'test/builders/events.ts'],
  ])('does not let %s import %s', (from, to) => {
    const result = isAllowed(from, to);

    expect(result).toBe(false);
  });
});

describe('ownImportsOf', () => {
  it('finds each way to import a file of ours, and no package', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from '../b.ts';",
      "export { c } from './c/c.ts';",
      "import './d.ts';",
      "const e = await import('./e.ts');",
      "import axios from 'axios';",
      "import { join } from 'node:path';",
      "// import { f } from './f.ts';",
    ].join('\n');

    const imports = ownImportsOf('src/runtime/x.ts', text);

    expect(imports).toEqual([
      'src/runtime/a.ts',
      'src/b.ts',
      'src/runtime/c/c.ts',
      'src/runtime/d.ts',
      'src/runtime/e.ts',
    ]);
  });
});

function isAllowed(from: string, to: string): boolean {
  for (const [pattern, targets] of arrows) {
    const match = pattern.exec(from);
    if (match)
      return targets.some((target) => new RegExp(`^${target.replace('$1', match[1] ?? '')}`).test(to));
  }
  return false;
}

/** The files of ours that the text imports, from the root of the project on. */
function ownImportsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(file), name));
}

/** The source files of a folder at the root, as `folder/…` with slashes; none when the folder is not there. */
function listFiles(area: string): string[] {
  if (!existsSync(join(ROOT, area))) return [];
  return readdirSync(join(ROOT, area), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts|mjs|js)$/.test(entry.name))
    .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)).split(sep).join('/'))
    .filter((file) => !file.includes('node_modules/'));
}
