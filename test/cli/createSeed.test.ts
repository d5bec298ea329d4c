import { createApiCaller, type RunningEmulator, startEmulatorProcess } from '../builders/commandLine.ts';
import { describeWithDocker } from '../builders/docker.ts';
import { type Json, newPatient, PATIENTS, PLUGINS, pluginForm } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

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
