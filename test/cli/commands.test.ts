import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createApiCaller,
  type Environment,
  type RunningEmulator,
  runCommandLine,
  runScript,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { copyProject } from '../builders/project.ts';

const CREDENTIALS = '/settings/v2/plugins/docker-repository/temp-credentials';
const COMMANDS = ['login', 'build-and-push', 'create', 'get', 'delete', 'emulator', 'faults'];

describe('biot-plugin', () => {
  const projectRoot = copyProject();
  let emulator: RunningEmulator;

  const biotPlugin = (args: string[], env: Environment = emulator.env, input?: string) =>
    runCommandLine(projectRoot, args, { env, ...(input !== undefined && { input }) });
  const fail = async (args: string[], env: Environment = emulator.env, input?: string) => {
    const { code, stdout } = await biotPlugin([...args, '--json'], env, input);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; cure: string } };
    return { exit: code, code: error.code, message: error.message, cure: error.cure };
  };
  const withPluginFile = (change: (file: Record<string, unknown>) => unknown) => {
    const path = join(projectRoot, 'plugin.json');
    const original = readFileSync(path, 'utf8');
    writeFileSync(path, JSON.stringify(change(JSON.parse(original))));
    return () => writeFileSync(path, original);
  };

  beforeAll(async () => {
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process']);
  }, 60_000);

  afterAll(async () => {
    await emulator?.interrupt();
  });

  it.each(COMMANDS)('explains %s, with an example and --json', async (command) => {
    const { code, stdout } = await biotPlugin([command, '--help']);

    expect(code).toBe(0);
    expect(stdout).toContain(`$ biot-plugin ${command}`);
    expect(stdout).toContain('--json');
  });

  it('tells a wrong usage as a document too', async () => {
    const { code, stdout } = await biotPlugin(['get', '--no-such-option', '--json']);

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { message: expect.stringContaining('--no-such-option') },
    });
  });

  it('says that a port is taken, the registry’s too', async () => {
    const apiPort = new URL(emulator.baseUrl).port;
    const registryPort = emulator.registry?.split(':')[1] ?? '';

    const api = await fail(['emulator', '--port', apiPort, '--registry-port', '0', '--launcher', 'process']);
    const registry = await fail(['emulator', '--port', '0', '--registry-port', registryPort]);

    expect([api, registry]).toMatchObject([
      { exit: 1, code: 'PORT_IN_USE' },
      { exit: 1, code: 'PORT_IN_USE' },
    ]);
  });

  it.each([[['no-such-command']], [['get', '--no-such-option']], [['emulator', '--port', 'x']]])(
    'refuses %j as wrong usage',
    async (args) => {
      const { code, stdout, stderr } = await biotPlugin(args);

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    },
  );

  describe('who calls, and where to', () => {
    it('names the variable that is missing', async () => {
      const failure = await fail(['get'], {});

      expect(failure).toMatchObject({ exit: 2, code: 'MISSING_SETTING' });
      expect(failure.message).toContain('BIOT_CLI_BASE_URL');
    });

    it('does not wait for a password where nobody can type it', async () => {
      const failure = await fail(['get'], { ...emulator.env, BIOT_CLI_PASSWORD: undefined });

      expect(failure).toMatchObject({ exit: 2, code: 'MISSING_SETTING' });
      expect(failure.message).toContain('BIOT_CLI_PASSWORD');
    });

    it('says that the login failed, and not with which password', async () => {
      const { code, stdout, stderr } = await biotPlugin(['get'], {
        ...emulator.env,
        BIOT_CLI_PASSWORD: 'wrong-one',
      });

      expect(code).toBe(3);
      expect(stdout + stderr).not.toContain('wrong-one');
    });

    it('says that BioT does not answer', async () => {
      const failure = await fail(['get'], { ...emulator.env, BIOT_CLI_BASE_URL: 'http://127.0.0.1:1' });

      expect(failure).toMatchObject({ exit: 1, code: 'BIOT_UNREACHABLE' });
    });

    it.each(['127.0.0.1:4700', 'https://api.<your environment>.biot-med.com', 'ftp://127.0.0.1'])(
      'says that %s is no address',
      async (baseUrl) => {
        const failure = await fail(['get'], { ...emulator.env, BIOT_CLI_BASE_URL: baseUrl });

        expect(failure).toMatchObject({ exit: 2, code: 'INVALID_SETTING' });
        expect(failure.message).toContain('BIOT_CLI_BASE_URL');
      },
    );

    it('says that something else answers there', async () => {
      const failure = await fail(['get'], {
        ...emulator.env,
        BIOT_CLI_BASE_URL: `http://${emulator.registry}`,
      });

      expect(failure).toMatchObject({ exit: 1 });
      expect(failure.cure).toContain('BIOT_CLI_BASE_URL');
    });

    it('says that a token is no longer valid', async () => {
      const env = { BIOT_CLI_BASE_URL: emulator.baseUrl, BIOT_CLI_TOKEN: 'e30.e30.e30' };
      const failure = await fail(['get'], env);

      expect(failure).toMatchObject({ exit: 3, code: 'TOKEN_REFUSED' });
    });

    it('takes .env.local before .env, and the environment before both', async () => {
      writeFileSync(join(projectRoot, '.env'), 'BIOT_CLI_BASE_URL=http://127.0.0.1:1\n');
      writeFileSync(join(projectRoot, '.env.local'), `BIOT_CLI_BASE_URL=${emulator.baseUrl}/\n`);
      const { BIOT_CLI_BASE_URL: _fromFile, ...env } = emulator.env;

      const fromFile = await fail(['get'], env);
      const fromEnvironment = await fail(['get'], { ...env, BIOT_CLI_BASE_URL: 'http://127.0.0.1:1' });

      expect([fromFile.code, fromEnvironment.code]).toEqual(['PLUGIN_NOT_FOUND', 'BIOT_UNREACHABLE']);
      writeFileSync(join(projectRoot, '.env'), '');
      writeFileSync(join(projectRoot, '.env.local'), '');
    });
  });

  describe('login', () => {
    it.each([
      ['is not there', 'no-such-file.json', undefined],
      ['is not JSON', '-', 'secret {"credentials"'],
      [
        'lacks a field',
        '-',
        '{"credentials":{"accessKeyId":"a","secretAccessKey":"b"},"region":"us-east-1"}',
      ],
    ])('refuses credentials that %s as wrong input, before docker is asked', async (_what, source, input) => {
      const failure = await fail(['login', '--credentials', source], emulator.env, input);

      expect(failure).toMatchObject({ exit: 2, code: 'INVALID_CREDENTIALS' });
      expect(failure.message).not.toContain('secret {');
    });

    it('needs an engine: exit code 5', async () => {
      const failure = await fail(['login'], { ...emulator.env, DOCKER_HOST: 'tcp://127.0.0.1:1' });

      expect(failure).toMatchObject({ exit: 5, code: 'NO_CONTAINER_ENGINE' });
    });
  });

  describeWithDocker('login with docker', () => {
    const credentials = async (change: object = {}) => {
      const { body } = await (await createApiCaller(emulator))('GET', CREDENTIALS);
      return JSON.stringify({ ...body, credentials: { ...body.credentials, ...change } });
    };

    it('takes the credentials from standard input', async () => {
      const { code, stdout } = await biotPlugin(
        ['login', '--credentials', '-'],
        emulator.env,
        await credentials(),
      );

      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `repositoryUri=${emulator.registry}/biot-plugins\n`,
      });
    });

    it('gets them from BioT by itself', async () => {
      const { code, stdout } = await biotPlugin(['login', '--json']);

      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        repositoryUri: `${emulator.registry}/biot-plugins`,
        region: 'us-east-1',
        baseUrl: emulator.baseUrl,
        loggedInAt: expect.any(String),
        expiresAt: expect.any(String),
      });
    });

    it('leaves its files to their owner only', async () => {
      await biotPlugin(['login']);

      for (const path of ['.biot', '.biot/docker']) chmodSync(join(projectRoot, path), 0o755);
      chmodSync(join(projectRoot, '.biot/docker/config.json'), 0o644);
      await biotPlugin(['login']);

      const modes = ['.biot', '.biot/docker', '.biot/docker/config.json', '.biot/repository.json'].map(
        (path) => (statSync(join(projectRoot, path)).mode & 0o777).toString(8),
      );
      expect(modes).toEqual(['700', '700', '600', '600']);
    });

    it.each([
      ['a wrong secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
      ['a wrong session', { sessionToken: 'wrong' }, 'UnrecognizedClientException'],
    ])('says that ECR refuses %s: exit code 3', async (_what, change, name) => {
      const failure = await fail(['login', '--credentials', '-'], emulator.env, await credentials(change));

      expect(failure).toMatchObject({ exit: 3, code: 'ECR_REFUSED' });
      expect(failure.message).toContain(name);
    });

    it('says that the credentials have expired: exit code 3', async () => {
      const input = await credentials({ expiration: '2020-01-01T00:00:00Z' });

      const failure = await fail(['login', '--credentials', '-'], emulator.env, input);

      expect(failure).toMatchObject({ exit: 3, code: 'CREDENTIALS_EXPIRED' });
    });
  });

  describe('build-and-push', () => {
    const fresh = copyProject('another project');

    it('says to log in first', async () => {
      const { code, stderr } = await runScript(fresh, ['BuildAndPush.sh'], emulator.env);

      expect(code).toBe(2);
      expect(stderr).toContain('npx biot-plugin login');
    });

    it('needs an engine: exit code 5', async () => {
      const env = { ...emulator.env, DOCKER_HOST: 'tcp://127.0.0.1:1' };
      const failure = await fail(['build-and-push', '--repository-uri', '127.0.0.1:1/x'], env);

      expect(failure).toMatchObject({ exit: 5, code: 'NO_CONTAINER_ENGINE' });
    });
  });

  describe('create', () => {
    it('says to push an image first', async () => {
      const failure = await fail(['create']);

      expect(failure).toMatchObject({ exit: 2, code: 'NO_IMAGE_PUSHED' });
    });

    it.each([
      ['a name BioT refuses', { name: 'my plugin' }, '"name"'],
      ['a version that is none', { version: 0 }, '"version"'],
      ['a variable with the reserved prefix', { environmentVariables: { BIOT_X: '1' } }, 'BIOT_X'],
      ['an empty variable', { environmentVariables: { EMPTY: '' } }, 'EMPTY'],
      ['another package type', { deploymentPackageType: 'JAR' }, 'deploymentPackageType'],
    ])('refuses %s before anything is sent', async (_what, change, named) => {
      const restore = withPluginFile((file) => ({ ...file, ...change }));

      const failure = await fail(['create'], {}).finally(restore);

      expect(failure).toMatchObject({ exit: 2, code: 'INVALID_PLUGIN_FILE' });
      expect(failure.message).toContain(named);
    });

    it('says that plugin.json is broken, and quotes nothing of it', async () => {
      const path = join(projectRoot, 'plugin.json');
      const original = readFileSync(path, 'utf8');
      writeFileSync(path, '{"name":"a","environmentVariables":{"API_KEY":s3cr3tKey99}}');

      const failure = await fail(['create']).finally(() => writeFileSync(path, original));

      expect(failure).toMatchObject({ exit: 2, code: 'INVALID_PLUGIN_FILE' });
      expect(JSON.stringify(failure)).not.toContain('s3cr3t');
    });

    it('creates a ZIP plugin that answers, shows it, and deletes it', async () => {
      const zip = {
        name: 'zipped',
        deploymentPackageType: 'ZIP',
        runtime: 'nodejs24.x',
        handler: 'index.handler',
      };
      const restore = withPluginFile((file) => ({ ...file, ...zip }));

      const created = await biotPlugin(['create', '--json']);
      const again = await fail(['create']);
      const shown = await biotPlugin(['get', '--json']);
      const refused = await fetch(JSON.parse(shown.stdout).endpointUrl, { method: 'POST', body: '{}' });
      const deleted = await biotPlugin(['delete', '--yes', '--json']);
      const gone = await fail(['get']);
      restore();

      expect(JSON.parse(created.stdout)).toMatchObject({ name: 'zipped', deploymentPackageType: 'ZIP' });
      expect(again).toMatchObject({ exit: 4, code: 'PLUGIN_EXISTS_BY_NAME' });
      expect(refused.status).toBe(401);
      expect(JSON.parse(deleted.stdout)).toEqual({ deleted: 'zipped' });
      expect(gone).toMatchObject({ exit: 1, code: 'PLUGIN_NOT_FOUND' });
    });
  });
});
