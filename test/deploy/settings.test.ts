import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVariables, toSettings } from '../../deploy/settings.ts';
import { failureOf } from '../builders/failure.ts';

describe('readVariables', () => {
  const projectRoot = mkdtempSync(join(tmpdir(), 'biot-test-'));
  const files = {
    '.env': 'A=file\nB=file\nC=file\nONLY_UNNAMED=x\n',
    '.env.local': 'B=local\nC=local\n',
    '.env.stage': 'A=stage\nB=stage\nC=stage\n',
    '.env.stage.local': 'B=stage local\nC=stage local\n',
    'plugin.bare.json': '{}',
  };
  beforeAll(() => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(projectRoot, name), text);
  });
  afterAll(() => rmSync(projectRoot, { recursive: true }));

  it('takes the process’s before .env.local before .env, and no empty one', async () => {
    const processEnv = { A: '', C: 'process' };

    const variables = await readVariables({ projectRoot, processEnv });

    expect(variables).toEqual({ A: 'file', B: 'local', C: 'process', ONLY_UNNAMED: 'x' });
  });

  it('takes of a named environment its own files only', async () => {
    const processEnv = { C: 'process' };

    const variables = await readVariables({ projectRoot, processEnv, environmentName: 'stage' });

    expect(variables).toEqual({ A: 'stage', B: 'stage local', C: 'process' });
  });

  it('lets a named environment come from the process alone, when its plugin file is here', async () => {
    const variables = await readVariables({ projectRoot, processEnv: { A: '1' }, environmentName: 'bare' });

    expect(variables).toEqual({ A: '1' });
  });

  it('refuses a name of which there is no file', async () => {
    const failure = await failureOf(() =>
      readVariables({ projectRoot, processEnv: {}, environmentName: 'stagging' }),
    );

    expect(failure).toMatchObject({ code: 'UNKNOWN_ENV', exitCode: 2 });
    expect(failure.message).toContain('plugin.stagging.json');
  });
});

describe('toSettings', () => {
  it('leaves out what is not set, and the slash at the address’s end', () => {
    const settings = toSettings({ BIOT_CLI_BASE_URL: ' https://api.example.com// ', BIOT_CLI_TOKEN: '' });

    expect(settings).toEqual({ baseUrl: 'https://api.example.com' });
  });
});
