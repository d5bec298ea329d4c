import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHOICES } from '../../cli/completion/choices.ts';
import { appendRelease, type Release } from '../../deploy/releases.ts';
import { runCommandLine } from '../builders/commandLine.ts';
import { PROJECT_ROOT } from '../builders/project.ts';
import { describeWithShell, pressTab } from '../builders/shells.ts';

const FILES = ['credentials', 'credentials of mine.json', 'credentials.json'];

/** What is typed until the Tab key, and what is offered then. */
const TYPED: [line: string, offered: string[]][] = [
  ['biot-plugin log', ['login', 'logs']],
  ['biot-plugin login --cred', ['--credentials']],
  ['biot-plugin login --credentials cred', FILES],
  ['biot-plugin replay cred', FILES],
  ['biot-plugin emulator --data cred', ['credentials']],
  ['biot-plugin emulator --launcher ', ['auto', 'docker', 'process']],
  ['biot-plugin completion ', ['bash', 'fish', 'powershell', 'zsh']],
  ['biot-plugin faults ', ['add', 'clear', 'list']],
  ['biot-plugin faults add --count 2 --kind lat', ['late', 'latency']],
  ['biot-plugin invoke --hook N', ['NOTIFICATION']],
  ['biot-plugin get --env ', ['production', 'staging']],
  ['biot-plugin get --env=pro', ['production']],
  ['biot-plugin rollback ', ['1', '2']],
  ['biot-plugin rollback --env production ', ['7']],
  ['biot-plugin trigger ', []],
  ['npx biot-plugin log', ['login', 'logs']],
  ['npx biot-plugin replay cred', FILES],
  ['npx biot-plugin actions ', []],
];

const createRelease = (version: number): Release => ({
  baseUrl: 'https://api.example.com',
  plugin: 'my-plugin',
  version,
  deploymentPackageType: 'IMAGE',
  digest: `sha256:${version}`,
  contentHash: '',
  config: { hash: '', salt: '', variables: { version: '99' }, fields: { version: 99 } },
  pluginCreatedAt: '',
  createdAt: '',
});

describe('biot-plugin completion', () => {
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  const scriptOf = (shell: string) => join(folder, `script.${shell}`);

  beforeAll(async () => {
    mkdirSync(join(folder, 'credentials'));
    const files = ['plugin.json', 'plugin.schema.json', 'plugin.production.json', 'plugin.staging.json'];
    for (const file of [...files, ...FILES.slice(1)]) writeFileSync(join(folder, file), '');
    await appendRelease(join(folder, '.biot'), createRelease(1));
    await appendRelease(join(folder, '.biot'), createRelease(2));
    await appendRelease(join(folder, '.biot/env/production'), createRelease(7));
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      const { stdout } = await runCommandLine(PROJECT_ROOT, ['completion', shell]);
      writeFileSync(scriptOf(shell), stdout);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    describeWithShell(shell, () => {
      it.each(TYPED)('%s', async (line, offered) => {
        expect(await pressTab(shell, scriptOf(shell), { folder, line })).toEqual(offered);
      });
    });
  }

  it('leaves what else npx runs alone', async () => {
    const offered = await pressTab('bash', scriptOf('bash'), { folder, line: 'npx log' });

    expect(offered).toEqual([]);
  });

  // There is no PowerShell to run it in: this is only that each text ends, and each bracket is closed.
  it('writes PowerShell whose quotes and brackets match', () => {
    const script = readFileSync(scriptOf('powershell'), 'utf8');

    const code = script.replaceAll(/^#.*$|'(?:''|[^'])*'|"[^"]*"/gm, '');

    expect(code).not.toMatch(/['"‘’“”]/);
    let rest = code;
    while (/\([^(){}[\]]*\)|\{[^(){}[\]]*\}|\[[^(){}[\]]*\]/.test(rest))
      rest = rest.replaceAll(/\([^(){}[\]]*\)|\{[^(){}[\]]*\}|\[[^(){}[\]]*\]/g, '');
    expect(rest).not.toMatch(/[(){}[\]]/);
  });

  it.each(Object.entries(CHOICES))('knows the place of the choices of %s', (_place, choices) => {
    const script = readFileSync(scriptOf('powershell'), 'utf8');

    expect(script).toContain(` = ${choices.map((choice) => `'${choice}'`).join(', ')}\n`);
  });

  it('gives the script in a document with --json, and names the shells there are', async () => {
    const { stdout } = await runCommandLine(PROJECT_ROOT, ['completion', 'bash', '--json']);
    const unknown = await runCommandLine(PROJECT_ROOT, ['completion', 'tcsh', '--json']);

    expect(JSON.parse(stdout)).toEqual({
      shell: 'bash',
      script: readFileSync(scriptOf('bash'), 'utf8').trimEnd(),
    });
    expect(unknown.code).toBe(2);
    expect(JSON.parse(unknown.stdout).error).toMatchObject({
      code: 'UNKNOWN_SHELL',
      cure: 'Say one of bash, zsh, fish, powershell.',
    });
  });
});

describe('biot-plugin --version', () => {
  it('prints the version of the command line', async () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cli/package.json'), 'utf8'));

    const { code, stdout } = await runCommandLine(PROJECT_ROOT, ['--version']);

    expect([code, stdout]).toEqual([0, `${version}\n`]);
  });
});
