import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeDisk } from '../../../deploy/doctor/checkDisk.ts';
import { checkEnvFiles } from '../../../deploy/doctor/checkEnvFiles.ts';
import { checkEsbuild, checkInstall } from '../../../deploy/doctor/checkInstall.ts';
import { judgeNode } from '../../../deploy/doctor/checkNode.ts';
import { checkPluginFile } from '../../../deploy/doctor/checkPluginFile.ts';
import { checkStateDirectory } from '../../../deploy/doctor/checkStateDirectory.ts';
import { newFolder, newPatient } from '../../builders/patient.ts';

describe('judgeNode', () => {
  it.each([
    ['24.1.0', 'ok'],
    ['22.9.0', 'warning'],
    ['18.20.0', 'problem'],
  ])('calls Node %s, where the project has 24, %s', (version, status) => {
    const finding = judgeNode(version, { path: '/usr/bin/node', pinned: '24.21.0' });

    expect(finding).toMatchObject({ status, message: expect.stringContaining('/usr/bin/node') });
  });
});

describe('checkInstall', () => {
  const projectRoot = newFolder();
  const writePackage = (folder: string, content: object) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify(content));
  };
  const install = (name: string, version: string) =>
    writePackage(join(projectRoot, 'node_modules', name), { version });

  it('names what is missing or has another version', async () => {
    const pinned = { a: '1.0.0', '@b/c': '2.0.0', own: 'file:cli' };
    writePackage(projectRoot, { dependencies: pinned, devDependencies: { d: '3.0.0' } });
    install('a', '1.0.0');
    install('@b/c', '2.0.1');
    install('own', '0.0.0');

    const finding = await checkInstall({ projectRoot });

    expect(finding).toEqual({
      status: 'problem',
      message: 'Not as package.json pins them: @b/c (2.0.1 for 2.0.0), d (missing)',
      cure: 'Install what package-lock.json says: npm ci',
    });
  });

  it('is content when all is there', async () => {
    writePackage(projectRoot, { dependencies: { a: '1.0.0' } });
    install('a', '1.0.0');

    const finding = await checkInstall({ projectRoot });

    expect(finding).toEqual({ status: 'ok', message: '1 packages are as package.json pins them' });
  });
});

describe('checkEsbuild', () => {
  it('runs it', async () => {
    const finding = await checkEsbuild();

    expect(finding.status).toBe('ok');
  });
});

describe('judgeDisk', () => {
  it.each([
    [5000, 'ok'],
    [1000, 'warning'],
    [100, 'problem'],
  ])('judges by the least: %s MB are %s', (freeMb, status) => {
    const finding = judgeDisk([
      { path: '/large', freeMb: 100_000 },
      { path: '/small', freeMb },
    ]);

    expect(finding).toMatchObject({ status, message: expect.stringContaining('/small') });
  });
});

describe('checkStateDirectory', () => {
  const folder = newFolder();
  const make = (name: string, mode: number) => {
    const path = join(folder, name);
    mkdirSync(path);
    chmodSync(path, mode);
    return path;
  };

  it('is content with one that is yours only, and with none', async () => {
    const own = await checkStateDirectory({ stateDirectory: make('own', 0o700) });
    const none = await checkStateDirectory({ stateDirectory: join(folder, 'none') });

    expect([own.status, none.status]).toEqual(['ok', 'ok']);
  });

  it('warns of one that others can read', async () => {
    const stateDirectory = make('open', 0o755);

    const finding = await checkStateDirectory({ stateDirectory });

    expect(finding).toMatchObject({ status: 'warning', cure: `chmod 700 ${stateDirectory}` });
  });

  it('refuses what cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const nowhere = '/proc/self'; // a folder in which nobody can make a file, be it root

    const asFile = await checkStateDirectory({ stateDirectory: file });
    const readOnly = await checkStateDirectory({ stateDirectory: nowhere });

    expect([asFile, readOnly]).toEqual([
      { status: 'problem', message: `${file} is not a folder`, cure: 'Move it away.' },
      expect.objectContaining({
        status: 'problem',
        message: expect.stringContaining('cannot be written (E'),
      }),
    ]);
  });
});

describe('checkEnvFiles', () => {
  const projectRoot = newFolder();
  writeFileSync(join(projectRoot, '.env'), 'BIOT_CLI_BASE_URL=http://one\nBIOT_CLI_USERNAME=me\nOTHER=1\n');
  writeFileSync(join(projectRoot, '.env.local'), 'BIOT_CLI_PASSWORD=hunter2\nBIOT_CLI_USERNAME=me\n');

  it('says where each variable comes from, and no value', async () => {
    const finding = await checkEnvFiles(newPatient({ projectRoot }));

    expect(finding).toEqual({
      status: 'ok',
      message: 'BIOT_CLI_BASE_URL (.env), BIOT_CLI_PASSWORD (.env.local), BIOT_CLI_USERNAME (.env.local)',
    });
  });

  it('says which wins where two differ', async () => {
    const env = { BIOT_CLI_PASSWORD: 'other' };

    const finding = await checkEnvFiles(newPatient({ projectRoot, env }));

    expect(finding).toEqual({
      status: 'warning',
      message: 'BIOT_CLI_PASSWORD is in the environment and, different, in .env.local: the environment wins',
      cure: 'Take out what you do not mean.',
    });
  });

  it('looks at the files of the environment that is named', async () => {
    const finding = await checkEnvFiles(newPatient({ projectRoot, environmentName: 'staging' }));

    expect(finding).toEqual({
      status: 'warning',
      message: 'No BIOT_CLI_ variable is set, so that no BioT can be called: deploy would fail at once',
      cure: 'Copy .env.example to .env.local and fill it in, or set what npx biot-plugin emulator prints.',
    });
  });
});

describe('checkPluginFile', () => {
  it('says what the plugin is', async () => {
    const finding = await checkPluginFile(newPatient());

    expect(finding).toEqual({ status: 'ok', message: 'my-plugin, version 1, IMAGE' });
  });
});
