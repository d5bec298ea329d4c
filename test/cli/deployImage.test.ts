import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';
import {
  createApiCaller,
  type Environment,
  type RunningEmulator,
  runCommandLine,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { type Json, newPatient, PATIENTS, PLUGINS } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

const BUILD_TIMEOUT_MS = 10 * 60_000;
const NO_DOCKER = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

/** One thing after another; each test goes on where the last one ended. */
describeWithDocker('deploy with an image', () => {
  const projectRoot = copyProject();
  let emulator: RunningEmulator;
  let call: Awaited<ReturnType<typeof createApiCaller>>;

  const json = async (args: string[], env: Environment = {}) => {
    const { code, stdout, stderr } = await runCommandLine(projectRoot, [...args, '--json'], {
      env: { ...emulator.env, ...env },
    });
    return { code, stderr, result: JSON.parse(stdout) };
  };
  const change = (file: Json) => {
    const path = join(projectRoot, 'plugin.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...file }));
  };
  const changeCode = (from: string, to: string) => {
    const path = join(projectRoot, 'src/interceptorPre/perform.ts');
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  const newEmail = async () =>
    (await call('POST', PATIENTS, newPatient({ _email: `JANE${Math.random()}@example.com` }))).body._email;
  const localImages = async () => {
    const format = '{{.Repository}}:{{.Tag}}';
    const { stdout } = await runProgram('docker', [
      'image',
      'ls',
      '--format',
      format,
      `${emulator.registry}/*`,
    ]);
    return stdout.split('\n').filter(Boolean);
  };
  const forgetLocally = async () => void (await runProgram('docker', ['rmi', ...(await localImages())]));
  const registryAuth = () => {
    const { auths } = JSON.parse(readFileSync(join(projectRoot, '.biot/docker/config.json'), 'utf8'));
    return `Basic ${auths[emulator.registry ?? ''].auth}`;
  };
  const inRegistry = (reference: string, method = 'GET') =>
    fetch(`http://${emulator.registry}/v2/biot-plugins/manifests/${reference}`, {
      method,
      headers: {
        authorization: registryAuth(),
        accept:
          'application/vnd.docker.distribution.manifest.v2+json,application/vnd.oci.image.manifest.v1+json',
      },
    });

  beforeAll(async () => {
    emulator = await startEmulatorProcess(projectRoot);
    call = await createApiCaller(emulator);
  }, 60_000);

  afterAll(async () => {
    await forgetLocally();
    await emulator?.interrupt();
  });

  it(
    'builds, pushes and creates, all in one command, with no login before',
    async () => {
      const deployed = await json(['deploy']);

      expect(deployed).toMatchObject({
        code: 0,
        result: { name: 'my-plugin', version: 1, deploymentPackageType: 'IMAGE' },
      });
      expect(await newEmail()).toMatch(/^jane0/);
    },
    BUILD_TIMEOUT_MS,
  );

  it('needs neither docker nor a push when nothing has changed', async () => {
    const before = (await call('GET', `${PLUGINS}/Plugin-my-plugin`)).body;

    const again = await json(['deploy'], NO_DOCKER);
    change({ memorySize: 300 });
    const setting = await json(['deploy'], NO_DOCKER);

    expect(again).toMatchObject({ code: 0, result: before });
    expect(setting).toMatchObject({ code: 0, result: { version: 1, memorySize: 300 } });
  });

  it(
    'keeps the version when what is built is what BioT runs, and knows that the next time',
    async () => {
      const rebuilt = await json(['deploy', '--rebuild']);
      change({ memorySize: 310 });
      const setting = await json(['deploy', '--rebuild']);
      const again = await json(['plan', '--exit-code'], NO_DOCKER);
      change({ memorySize: 300 });
      const back = await json(['deploy'], NO_DOCKER);

      expect([rebuilt, setting, back]).toMatchObject([
        { code: 0, result: { version: 1, memorySize: 300 } },
        { code: 0, result: { version: 1, memorySize: 310 } },
        { code: 0, result: { version: 1, memorySize: 300 } },
      ]);
      expect(rebuilt.stderr).toContain('nothing was sent');
      expect(again).toMatchObject({ code: 0, result: { action: 'none' } });
    },
    BUILD_TIMEOUT_MS,
  );

  it('says that it needs an engine for changed code: exit code 5, and nothing is lost', async () => {
    changeCode('toLowerCase', 'toUpperCase');

    const plan = await json(['plan'], NO_DOCKER);
    const failed = await json(['deploy'], NO_DOCKER);

    expect(plan).toMatchObject({ code: 0, result: { code: 'new', action: 'update' } });
    expect(failed).toMatchObject({ code: 5, result: { error: { code: 'NO_CONTAINER_ENGINE' } } });
    expect((await call('GET', `${PLUGINS}/Plugin-my-plugin`)).body.version).toBe(1);
  });

  it(
    'builds and pushes changed code, as the next version',
    async () => {
      const deployed = await json(['deploy']);
      const releases = await json(['releases']);

      expect(deployed).toMatchObject({ code: 0, result: { version: 2 } });
      expect(await newEmail()).toMatch(/^JANE0/);
      const [second, first] = releases.result;
      expect([second, first]).toMatchObject([
        { version: 2, isCurrent: true },
        { version: 1, isCurrent: false },
      ]);
      expect(second.digest).not.toBe(first.digest);
    },
    BUILD_TIMEOUT_MS,
  );

  it(
    'pushes nothing when the same content comes again',
    async () => {
      const { result } = await json(['releases']);
      changeCode('toUpperCase', 'toLowerCase');

      const deployed = await json(['deploy']);
      const releases = await json(['releases']);

      expect(deployed).toMatchObject({ code: 0, result: { version: 3 } });
      expect(releases.result[0].digest).toBe(result[1].digest);
    },
    BUILD_TIMEOUT_MS,
  );

  it('rolls back to an image that only the registry has', async () => {
    await forgetLocally();

    const rolledBack = await json(['rollback'], NO_DOCKER);
    const { result } = await json(['releases']);

    expect(rolledBack).toMatchObject({ code: 0, result: { version: 4, memorySize: 300 } });
    expect(result[0]).toMatchObject({ version: 4, rollbackOf: 2, digest: result[2].digest, isCurrent: true });
    expect(await newEmail()).toMatch(/^JANE0/);
  });

  it(
    'rolls back to an image that only the local docker has',
    async () => {
      const { result } = await json(['releases']);
      const third = result.find(({ version }: Json) => version === 3);
      await runProgram('docker', [
        '--config',
        join(projectRoot, '.biot/docker'),
        'pull',
        `${emulator.registry}/biot-plugins:${third.imageTag}`,
      ]);
      const removed = await inRegistry(third.digest, 'DELETE');

      const rolledBack = await json(['rollback', '3']);

      expect([removed.status, (await inRegistry(third.imageTag)).status]).toEqual([202, 404]);
      expect(rolledBack).toMatchObject({ code: 0, result: { version: 5 } });
      expect(await newEmail()).toMatch(/^jane0/);
    },
    BUILD_TIMEOUT_MS,
  );

  it('says how to build a release that is nowhere any more', async () => {
    const { result } = await json(['releases']);
    const second = result.find(({ version }: Json) => version === 2);
    await forgetLocally();
    await inRegistry(second.digest, 'DELETE');

    const gone = await json(['rollback', '2']);

    expect(gone).toMatchObject({ code: 1, result: { error: { code: 'RELEASE_GONE' } } });
    expect((await call('GET', `${PLUGINS}/Plugin-my-plugin`)).body.version).toBe(5);
  });
});
