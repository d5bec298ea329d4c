import { runCommandLine } from '../builders/commandLine.ts';
import { PROJECT_ROOT, startTestEmulator, type TestEmulator } from '../builders/emulator.ts';

type Row = Record<string, string>;

describe('biot-plugin interceptions, actions', () => {
  let emulator: TestEmulator;
  const run = async (...args: string[]) => {
    const env = { BIOT_CLI_BASE_URL: emulator.baseUrl, BIOT_CLI_TOKEN: emulator.token };
    const { code, stdout, stderr } = await runCommandLine(PROJECT_ROOT, args, { env });
    return { code, lines: stdout === '' ? [] : stdout.trimEnd().split('\n'), stderr };
  };
  const readRows = async (...args: string[]): Promise<Row[]> =>
    JSON.parse((await run(...args, '--json')).lines.join('\n'));

  beforeAll(async () => {
    emulator = await startTestEmulator();
  });

  afterAll(async () => {
    await emulator?.close();
  });

  it('lists what can be intercepted, as columns', async () => {
    const { code, lines, stderr } = await run('interceptions', 'generic-entit');

    expect(code).toBe(0);
    expect(lines.slice(0, 3)).toEqual([
      'TYPE                       API ID                                                            ENTITY TYPE',
      'ADAPT_ENTITY               –                                                                 generic-entity',
      'PRE_REQUEST, POST_REQUEST  DELETE/generic-entity/v1/generic-entities/{id}                    generic-entity',
    ]);
    expect(stderr).toBe('They go into "subscriptions" of plugin.json. Next: npx biot-plugin plan\n');
  });

  it('lists all of them, of all pages, without a text', async () => {
    const rows = await readRows('interceptions');

    const { body } = await emulator.call('GET /settings/v1/interceptions');
    const { metadata } = body as { metadata: { page: { totalResults: number } } };
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.length).toBe(metadata.page.totalResults);
  });

  it('finds interceptions by API and by entity type, in any case', async () => {
    const rows = await readRows('interceptions', 'CAREGIVER');

    const texts = rows.map(({ apiId, entityTypeName }) => `${apiId ?? ''} ${entityTypeName}`);
    expect(rows.length).toBeGreaterThan(1);
    expect(texts.filter((text) => !text.includes('caregiver'))).toEqual([]);
  });

  it('lists what is told of an entity', async () => {
    const { lines } = await run('actions', 'Device-Alert');

    expect(lines).toEqual([
      'ENTITY TYPE   ACTION   MEANING',
      'device-alert  _clear   Device Alert: Clear',
      'device-alert  _create  Device Alert: Create',
      'device-alert  _delete  Device Alert: Delete',
      'device-alert  _update  Device Alert: Update',
    ]);
  });

  it('gives each row of BioT’s list with --json', async () => {
    const rows = await readRows('actions', 'registration-code');

    expect(rows[0]).toEqual({
      entityName: 'registration-code',
      entityDisplayName: 'Registration Code',
      actionName: '_create',
      actionDisplayName: 'Create',
    });
  });

  it.each([
    [
      'interceptions',
      /^None of the \d+ contains "nothing like this"\. Next: npx biot-plugin interceptions\n$/,
    ],
    [
      'actions',
      /^No entity type contains "nothing like this"\. There are: caregiver, .*usage-session\. Next: npx biot-plugin actions\n$/,
    ],
  ])('says that no %s fit', async (command, said) => {
    const { code, lines, stderr } = await run(command, 'nothing like this');

    expect({ code, lines }).toEqual({ code: 0, lines: [] });
    expect(stderr).toMatch(said);
  });
});
