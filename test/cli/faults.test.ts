import { runCommandLine } from '../builders/commandLine.ts';
import { startTestEmulator, type TestEmulator } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

const PATIENTS = '/organization/v1/users/patients';
const ID = /^[0-9a-f-]{36} {2}/;

describe('biot-plugin faults', () => {
  const projectRoot = copyProject();
  let biot: TestEmulator;

  beforeAll(async () => {
    biot = await startTestEmulator();
  });

  afterEach(() => biot.call('DELETE /emulator/faults'));

  afterAll(() => biot.close());

  const faults = (...args: string[]) =>
    runCommandLine(projectRoot, ['faults', ...args], { env: { BIOT_CLI_BASE_URL: biot.baseUrl } });

  it('adds one, which then strikes', async () => {
    const at = ['--service', 'organization', '--route', `POST ${PATIENTS}`];

    const { code, stdout } = await faults(
      'add',
      ...at,
      '--kind',
      'status',
      '--status',
      '503',
      '--count',
      '2',
    );

    const { status } = await biot.call(`POST ${PATIENTS}`, { body: {} });
    expect([code, status]).toEqual([0, 503]);
    expect(stdout.replace(ID, '')).toBe(
      `status 503 SERVICE_UNAVAILABLE for the next 2 calls of POST ${PATIENTS} (organization)\n`,
    );
  });

  it.each([
    [
      ['--service', 'ums', '--kind', 'latency', '--ms', '50'],
      'latency of 50 ms for the next call of the service ums',
    ],
    [
      ['--service', 'ums', '--kind', 'status', '--status', '429', '--retry-after', '9'],
      'status 429 TOO_MANY_REQUESTS with Retry-After 9 for the next call of the service ums',
    ],
    [
      ['--service', 'device', '--kind', 'clock-move', '--seconds', '1860'],
      'clock moved by 1860 s for the next call of the service device',
    ],
    [
      ['--service', 'ums', '--status', '500'],
      'status 500 INTERNAL_SERVER_ERROR for the next call of the service ums',
    ],
    [['--service', 'device', '--kind', 'half'], 'half for the next call of the service device'],
    [
      ['--service', 'device', '--kind', 'lost-answer'],
      'lost-answer, status 504 GATEWAY_TIMEOUT instead for the next call of the service device',
    ],
  ])('tells of %j what it does', async (options, expected) => {
    const { stdout } = await faults('add', ...options);

    expect(stdout.replace(ID, '').trim()).toBe(expected);
  });

  it('lists them, and clears one or all', async () => {
    const added = JSON.parse((await faults('add', '--service', 'ums', '--kind', 'reset', '--json')).stdout);
    await faults('add', '--service', 'device', '--kind', 'half');
    const listed = (await faults()).stdout;
    const one = (await faults('clear', added.id)).stdout;
    const all = (await faults('clear')).stdout;

    const none = (await faults('list')).stdout;

    expect(added).toEqual({ id: expect.any(String), service: 'ums', kind: 'reset', count: 1 });
    expect(listed.split('\n')[0]).toBe(`${added.id}  reset for the next call of the service ums`);
    expect([one, all, none]).toEqual([
      'Cleared 1 fault\n',
      'Cleared 1 fault\n',
      'No fault waits for a call\n',
    ]);
  });

  it.each<[number, string[], string]>([
    [2, ['add', '--service', 'nobody', '--kind', 'reset'], '--service must be one of ums'],
    [2, ['add', '--service', 'organisation', '--kind', 'half'], 'Did you mean organization?'],
    [2, ['add', '--kind', 'reset'], '--service is missing; it is one of ums'],
    [2, ['add', '--service', 'ums', '--kind', 'status'], '--kind status needs --status, 400 to 599'],
    [
      2,
      ['add', '--service', 'ums', '--kind', 'half', '--retry-after', '3'],
      'does not have --retry-after\n       See npx biot-plugin faults --help',
    ],
    [
      2,
      ['--service', 'ums', '--kind', 'status', '--status', '500'],
      '--service, --kind and --status belong to: faults add',
    ],
    [2, ['clear', '--service', 'ums'], '--service belongs to: faults add'],
    [2, ['add', '--service', 'ums', '--kind', 'latency', '--ms', 'soon'], '--ms must be a whole number'],
    [2, ['mend'], 'faults mend'],
    [1, ['clear', 'nothing'], 'No fault nothing'],
  ])('ends with %i after %j', async (exitCode, args, message) => {
    const { code, stderr } = await faults(...args);

    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(message)]);
  });
});
