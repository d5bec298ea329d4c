import { runCommandLine } from '../builders/commandLine.ts';
import { ISO_TIME, PROJECT_ROOT, startTestEmulator, type TestEmulator } from '../builders/emulator.ts';

const code = 'exports.handler = () => ({});';

describe('biot-plugin list', () => {
  let emulator: TestEmulator;
  const list = (...args: string[]) =>
    runCommandLine(PROJECT_ROOT, ['list', ...args], {
      env: { BIOT_CLI_BASE_URL: emulator.baseUrl, BIOT_CLI_TOKEN: emulator.token },
    });

  beforeEach(async () => {
    emulator = await startTestEmulator();
  });

  afterEach(() => emulator.close());

  it('shows the plugins by name, as columns', async () => {
    await emulator.deploy({ name: 'zebra', code, config: { version: 12 } });
    await emulator.deploy({ name: 'a-long-name', code, config: { enabledState: 'DISABLED' } });

    const { stdout, stderr } = await list();

    expect(stdout.replaceAll(/\d{4}-\S+Z/g, 'TIME')).toBe(
      [
        'NAME         VERSION  TYPE  STATE     LAST CHANGE',
        'a-long-name  1        ZIP   DISABLED  TIME',
        'zebra        12       ZIP   ENABLED   TIME',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('Next: npx biot-plugin get a-long-name\n');
  });

  it('gives the rows with --json, and no variables', async () => {
    await emulator.deploy({ name: 'one', code, config: { environmentVariables: { API_KEY: 'geheim' } } });

    const { stdout } = await list('--json');

    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'one',
        displayName: 'one',
        version: 1,
        deploymentPackageType: 'ZIP',
        enabledState: 'ENABLED',
        lastModifiedTime: ISO_TIME,
      },
    ]);
  });

  it('says that there is none yet', async () => {
    const { code: exitCode, stdout, stderr } = await list();

    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'There is none yet. Next: npx biot-plugin deploy\n',
    });
  });
});
