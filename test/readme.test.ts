import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../src/runtime/errors.ts';
import { PROJECT_ROOT } from './builders/project.ts';

const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');
const configSource = readFileSync(join(PROJECT_ROOT, 'src/runtime/config.ts'), 'utf8');

describe('README', () => {
  it('tells every error code with its status, and no other', () => {
    const told = [...readme.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);

    expect(told.sort()).toEqual(
      Object.entries(errors)
        .map(([code, { status }]) => [code, status])
        .sort(),
    );
  });

  it('tells every variable that the Lambda reads', () => {
    const fixed = [...configSource.matchAll(/env\.([A-Z_]+)/g)].map(([, name]) => name ?? '');
    const twice = [...configSource.matchAll(/own\('([A-Z_]+)'\)/g)].flatMap(([, name]) => [
      `BIOT_${name}`,
      `PLUGIN_${name}`,
    ]);
    const names = [...fixed, ...twice];

    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only commands and scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, name]) => name ?? '');
    const program = readFileSync(join(PROJECT_ROOT, 'cli/commands.ts'), 'utf8');
    const commands = [...readme.matchAll(/npx biot-plugin ([a-z-]+)/g)].map(([, name]) => name ?? '');

    const toFunction = (command: string) =>
      `add${command.replaceAll(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase())}`;
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(commands.filter((command) => !program.includes(toFunction(command)))).toEqual([]);
  });
});
