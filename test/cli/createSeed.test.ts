import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createSeed } from '../../cli/createSeed.ts';
import { createApiCaller, type RunningEmulator, startEmulatorProcess } from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { type Json, newPatient, PATIENTS, PLUGINS, pluginForm } from '../builders/emulator.ts';
import { copyProject, PROJECT_ROOT } from '../builders/project.ts';

const BUILD_TIMEOUT_MS = 10 * 60_000;
const CONFIG = {
  name: 'seeded',
  displayName: 'Seeded',
  version: 1,
  timeout: 30,
  memorySize: 256,
  subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] },
};

/** Creates a plugin without code and returns its status and what it makes of a new patient's e-mail address. */
async function createAndTry(emulator: RunningEmulator, config: Json): Promise<unknown[]> {
  const { baseUrl, username, password } = emulator;
  const call = await createApiCaller(emulator);
  const login = await call('POST', '/ums/v2/users/login', { username, password });
  const authorization = `Bearer ${login.body.accessJwt.token}`;
  const created = await fetch(baseUrl + PLUGINS, {
    method: 'POST',
    headers: { authorization },
    body: pluginForm({ ...CONFIG, ...config }),
  });
  const patient = await call('POST', PATIENTS, newPatient({ _email: 'JANE@example.com' }));
  return [created.status, patient.body._email];
}

/** A docker whose `build` tells its process and then takes as long as it is let. */
const SLOW_DOCKER = `#!/bin/sh
case "$1 $2" in
  "build --help") ;;
  "build "*) echo $$; exec sleep 600 ;;
  "rmi "*) echo "$*" >> "\${0%/*}/removed" ;;
esac
`;

describe('createSeed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ends the building of an image when it is told to, and leaves no name of it', async () => {
    writeFileSync(join(folder, 'docker'), SLOW_DOCKER);
    chmodSync(join(folder, 'docker'), 0o755);
    const ending = new AbortController();
    let builder = Number.NaN;
    const seed = createSeed({
      projectRoot: PROJECT_ROOT,
      env: { PATH: [folder, process.env.PATH].join(delimiter) },
      signal: ending.signal,
      onOutput(text) {
        builder = Number(text);
        ending.abort();
      },
    });

    const made = seed.image?.({
      repositoryUri: '127.0.0.1:1/biot-plugins',
      login: { user: 'AWS', password: 'p' },
    });

    await expect(made).rejects.toMatchObject({ code: 'BUILD_FAILED' });
    while (isRunning(builder)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(builder).toBeGreaterThan(1);
    const removed = readFileSync(join(folder, 'removed'), 'utf8');
    expect(removed).toMatch(/^rmi (127\.0\.0\.1:1\/biot-plugins:seed-\w+) \1-build\n$/);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('biot-plugin emulator', () => {
  const projectRoot = copyProject();

  it('gives a ZIP without code this project', async () => {
    const emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process']);
    try {
      const tried = await createAndTry(emulator, {});

      expect(tried).toEqual([201, 'jane@example.com']);
    } finally {
      await emulator.interrupt();
    }
  }, 60_000);
});

describeWithDocker('biot-plugin emulator with a container engine', () => {
  const projectRoot = copyProject();

  it(
    'gives an image without a tag this project too',
    async () => {
      const emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'docker']);
      try {
        const config = { deploymentPackageType: 'IMAGE', runtime: 'nodejs24.x' };

        const tried = await createAndTry(emulator, config);

        expect(tried).toEqual([201, 'jane@example.com']);
      } finally {
        await emulator.interrupt();
      }
    },
    BUILD_TIMEOUT_MS,
  );
});
