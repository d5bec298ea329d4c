import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../builders/commandLine.ts';
import {
  newPatient,
  PATIENTS,
  PROJECT_ROOT,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';

const TRACE_ID = '7'.repeat(32);

jest.setTimeout(60_000);

describe('biot-plugin record', () => {
  const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  const file = join(folder, 'events.json');
  let biot: TestEmulator;

  const biotPlugin = (...args: string[]) =>
    runCommandLine(PROJECT_ROOT, args, { env: { BIOT_CLI_BASE_URL: biot.baseUrl } });

  beforeAll(async () => {
    biot = await startTestEmulator();
  });

  afterAll(async () => {
    await biot.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [[], 'No event has reached a plugin here', 'Create the plugin and call an API that it is subscribed to.'],
    [['--trace', 'nonsense'], 'No event of the trace nonsense has reached a plugin here', 'traceparent'],
  ])('says with %j what is missing, and what to do', async (args, message, cure) => {
    const { code, stderr } = await biotPlugin('record', ...args);

    expect(code).toBe(1);
    expect(stderr).toContain(`Error: ${message}\n`);
    expect(stderr).toContain(cure);
  });

  it('takes what BioT sent and not what was replayed, and names the call', async () => {
    const subscriptions = { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] };
    const code = 'exports.handler = async (event) => ({ request: JSON.parse(event.body).request });';
    await biot.deploy({ name: 'small', code, subscriptions });
    const headers = { traceparent: `00-${TRACE_ID}-ff435abc75711595-00` };
    await biot.call(`POST ${PATIENTS}`, { body: newPatient({}), headers });
    await biotPlugin('record', '--output', file);
    await biotPlugin('replay', file);

    const { stdout, stderr } = await biotPlugin('record', '--output', file);

    expect(stdout).toBe(`1 event is in ${file}\n`);
    expect(stderr).toBe(`Of POST ${PATIENTS}, trace ${TRACE_ID}\nNext: npx biot-plugin replay ${file}\n`);
  });

  it('lets replay compare what is made of the event, and name what cannot be compared', async () => {
    const body = '{ ...request.body, _email: request.body._email.trim().toLowerCase(), _phone: "555 1234" }';
    const code = `exports.handler = async (event) => {
      const { request } = JSON.parse(event.body);
      return { request: { ...request, body: ${body} } };
    };`;
    const subscriptions = { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] };
    await biot.call('DELETE /settings/v2/plugins/small');
    await biot.deploy({ name: 'calling', code, subscriptions });
    await biot.call(`POST ${PATIENTS}`, { body: newPatient({ _email: ' Ann.Lee@Clinic.org ' }) });
    await biotPlugin('record', '--output', file);

    const { stdout } = await biotPlugin('replay', file);

    expect(stdout).toMatch(
      /^INTERCEPTOR_PRE calling: 200, [\d.]+ ms, as recorded; a pseudonym, so not compared: body\.request\.body\._phone\n$/,
    );
  });
});
