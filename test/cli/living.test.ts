import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { runCommandLine } from '../builders/commandLine.ts';
import {
  newPatient,
  PATIENTS,
  PLUGINS,
  PROJECT_ROOT,
  pluginForm,
  startTestEmulator,
  type TestEmulator,
  zip,
} from '../builders/emulator.ts';
import { until } from '../builders/until.ts';

const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';

/** A plugin that writes a line and answers with a status, or with the address made small. */
const codeOf = (change: string): string => `exports.handler = async (event) => {
  const { request } = JSON.parse(event.body);
  console.log('hello from ' + event.headers.hooktype);
  if (request?.body._email.startsWith('Measured'))
    process.stdout.write('{"a":1,"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}\\n');
  const _email = request?.body._email.${change};
  return event.headers.hooktype === 'NOTIFICATION' ? { statusCode: 204 } : { request: { ...request, body: { ...request.body, _email } } };
};`;

jest.setTimeout(60_000);

describe('living with a local BioT', () => {
  let biot: TestEmulator;
  let folder: string;

  const biotPlugin = (args: string[], env = {}) =>
    runCommandLine(PROJECT_ROOT, args, { env: { BIOT_CLI_BASE_URL: biot.baseUrl, ...env } });
  const fail = async (args: string[], env = {}) => {
    const { code, stdout } = await biotPlugin([...args, '--json'], env);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; cure: string } };
    return { exit: code, code: error.code, message: error.message, cure: error.cure };
  };
  const createPatient = (email: string, traceId: string) =>
    biot.call(`POST ${PATIENTS}`, {
      body: newPatient({ _email: email }),
      headers: { traceparent: `00-${traceId}-ff435abc75711595-00` },
    });
  /** A command that goes on: its lines, one after another, until it is interrupted. */
  const startCommand = (args: string[]) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, BIOT_CLI_BASE_URL: biot.baseUrl };
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'cli/biot-plugin.mjs'), ...args], { env });
    const lines = createInterface({ input: child.stdout });
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk) => errors.push(chunk));
    return {
      lines,
      async interrupt() {
        child.kill('SIGINT');
        const [code] = await once(child, 'exit');
        return { code, stderr: Buffer.concat(errors).toString() };
      },
    };
  };
  const lineWith = (lines: Interface, text: string) =>
    new Promise<string>((resolve) => lines.on('line', (line) => line.includes(text) && resolve(line)));
  const redeploy = async (version: number, change: string) =>
    biot.call(`PATCH ${PLUGINS}/small`, { body: pluginForm({ version }, zip(codeOf(change))) });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
    biot = await startTestEmulator();
    const subscriptions = {
      interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }],
      notifications: [{ entityTypeName: 'patient', actionName: '_create' }],
    };
    await biot.deploy({ name: 'small', code: codeOf('toLowerCase()'), subscriptions });
    await createPatient('Ann@Clinic.org', TRACE_ID);
    await until(() => biot.logged.some((line) => line.includes('hello from NOTIFICATION')));
  });

  afterAll(async () => {
    await biot?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('trace', () => {
    it('shows an API call as a waterfall within 100 columns', async () => {
      const { code, stdout } = await biotPlugin(['trace', TRACE_ID]);

      expect(code).toBe(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
      for (const absent of ['\u001b', 'eyJ']) expect(stdout).not.toContain(absent);
      expect(
        lines.map((line) => line.replace(/ \d{3} [·█].*/, '').replace(/RequestId.*|\d{4}-\d\d.*/, '…')),
      ).toEqual([
        `trace ${TRACE_ID}, …`,
        expect.stringMatching(/^POST \/organization\/v1\/users\/patients +$/),
        expect.stringMatching(/^ {2}INTERCEPTOR_PRE small +$/),
        '    ~ request.body._email: "Ann@Clinic.org" → "ann@clinic.org"',
        expect.stringMatching(/^ {4}Lambda small, cold start +$/),
        '      | START …',
        '      | …',
        '      | END …',
        '      | REPORT …',
        'after the answer',
        expect.stringMatching(/^NOTIFICATION small +$/),
        expect.stringMatching(/^ {2}Lambda small +$/),
        '    | START …',
        '    | …',
        '    | END …',
        '    | REPORT …',
      ]);
    });

    it('shows the last one without a name, and all of it as a document', async () => {
      const { code, stdout } = await biotPlugin(['trace', '--json']);

      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ traceId: TRACE_ID, spans: expect.any(Array) });
    });

    it('says that a trace is not there', async () => {
      const failure = await fail(['trace', 'none']);

      expect(failure).toMatchObject({ exit: 1, code: 'NOT_FOUND' });
      expect(failure.cure).toContain('traceparent');
    });
  });

  describe('logs', () => {
    it.each(['small', 'Plugin-small'])('shows what %s and Lambda wrote', async (name) => {
      const { code, stdout } = await biotPlugin(['logs', name]);

      expect(code).toBe(0);
      expect(stdout).toMatch(/^START RequestId: \S+ .*\n.*hello from INTERCEPTOR_PRE\nEND .*\nREPORT .*ms/m);
    });

    it('tells the lines as a document', async () => {
      const { stdout } = await biotPlugin(['logs', 'small', '--json']);

      expect(JSON.parse(stdout)).toContainEqual(
        expect.objectContaining({ plugin: 'small', traceId: TRACE_ID }),
      );
    });

    it('looks for the plugin of plugin.json by default, and says that it is not there', async () => {
      const failure = await fail(['logs']);

      expect(failure).toMatchObject({ exit: 1, code: 'PLUGIN_NOT_FOUND' });
      expect(failure.cure).toBe('Create it (npx biot-plugin create). Here are: small.');
      expect(failure.message).toContain(
        JSON.parse(readFileSync(join(PROJECT_ROOT, 'plugin.json'), 'utf8')).name,
      );
    });

    it('follows until Ctrl-C, which it takes quietly', async () => {
      const { lines, interrupt } = startCommand(['logs', 'small', '-f', '--json']);
      await lineWith(lines, TRACE_ID);
      const next = lineWith(lines, '3'.repeat(32));

      await createPatient('Next@Clinic.org', '3'.repeat(32));

      expect(JSON.parse(await next)).toMatchObject({ plugin: 'small' });
      expect(await interrupt()).toEqual({ code: 130, stderr: '' });
    });
  });

  describe('record and replay', () => {
    let file: string;

    beforeAll(async () => {
      file = join(folder, 'events.json');
      await biotPlugin(['record', '--trace', TRACE_ID, '--output', file]);
    });

    it('saves what reached the plugin for its owner only, without anybody’s data', async () => {
      const output = join(folder, 'again.json');
      const { code, stdout } = await biotPlugin([
        'record',
        '--trace',
        TRACE_ID,
        '--output',
        output,
        '--json',
      ]);

      expect([code, JSON.parse(stdout)]).toEqual([0, { output, events: 2 }]);
      expect(statSync(output).mode & 0o077).toBe(0);
      const text = readFileSync(output, 'utf8');
      expect(text.toLowerCase()).not.toMatch(/clinic|eyj|jwt|authorization/);
      expect(JSON.parse(text)).toMatchObject({
        events: [
          { plugin: 'small', hook: 'INTERCEPTOR_PRE' },
          { plugin: 'small', hook: 'NOTIFICATION', answer: { status: 204 } },
        ],
      });
    });

    it('writes to standard output without a file', async () => {
      const { stdout } = await biotPlugin(['record', '--last', '1']);

      expect((JSON.parse(stdout) as { events: unknown[] }).events).toHaveLength(1);
    });

    it('sends the events again, and finds the answers as they were recorded', async () => {
      const { code, stdout } = await biotPlugin(['replay', file]);

      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^INTERCEPTOR_PRE small: 200, [\d.]+ ms, as recorded\nNOTIFICATION small: 204, [\d.]+ ms, as recorded\n$/,
      );
    });

    it('repeats it after a deployment, tells what has changed, and ends at Ctrl-C', async () => {
      const { lines, interrupt } = startCommand(['replay', file, '--watch']);
      await lineWith(lines, 'as recorded');
      const changed = lineWith(lines, '~ body.request.body._email');

      await redeploy(2, 'toUpperCase()');

      expect(await changed).toMatch(/_email: "[a-z]{3}@\w+\.example" → "[A-Z]{3}@\w+\.EXAMPLE"$/);
      expect(await interrupt()).toMatchObject({ code: 130 });
    });

    it('ends with 6 when the plugin fails', async () => {
      await biot.deploy({
        name: 'failing',
        code: 'exports.handler = async () => { throw new Error("no"); };',
      });

      const { code, stdout } = await biotPlugin(['replay', file, '--plugin', 'failing', '--json']);

      expect(code).toBe(6);
      expect(JSON.parse(stdout)).toMatchObject([
        { plugin: 'failing', status: 502, isFailed: true },
        { plugin: 'failing', status: 502, isFailed: true },
      ]);
    });

    it.each([
      ['is not there', undefined],
      ['is not JSON', 'events'],
      ['is another', '{"events":[]}'],
    ])('refuses a file that %s', async (_what, text) => {
      const path = join(folder, 'other.json');
      rmSync(path, { force: true });
      if (text !== undefined) writeFileSync(path, text);

      const failure = await fail(['replay', path]);

      expect(failure).toMatchObject({ exit: 2, code: 'INVALID_RECORDING' });
    });

    it('says how to keep text that it does not know', async () => {
      const headers = { 'x-ward': 'crimson tide', traceparent: `00-${'4'.repeat(32)}-ff435abc75711595-00` };
      await biot.call(`POST ${PATIENTS}`, { body: newPatient({ _email: 'free@clinic.org' }), headers });

      const failure = await fail(['record', '--trace', '4'.repeat(32)]);
      const allowed = await biotPlugin(['record', '--trace', '4'.repeat(32), '--allow-text']);

      expect(failure).toMatchObject({ exit: 1, code: 'FREE_TEXT' });
      expect(failure.message).toContain('events[0].event.request.headers.x-ward');
      expect(failure.cure).toContain('--allow-text');
      expect([allowed.code, allowed.stdout.includes('crimson tide')]).toEqual([0, true]);
    });
  });

  it('shows of logs a line of metrics without what is only for CloudWatch, and as a document with it', async () => {
    await createPatient('Measured@Clinic.org', '4'.repeat(32));

    const shown = await biotPlugin(['logs', 'small']);
    const document = await biotPlugin(['logs', 'small', '--json']);

    expect(shown.stdout.split('\n')).toContain('{"a":1}');
    expect(biot.logged).toContain('[small] {"a":1}');
    expect(document.stdout).toContain('_aws');
  });
});

describe('biot-plugin emulator --data', () => {
  it('says where it keeps what it holds, and that another has it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
    const args = [
      join(PROJECT_ROOT, 'cli/biot-plugin.mjs'),
      'emulator',
      '--launcher',
      'process',
      '--data',
      folder,
    ];
    const child = spawn(process.execPath, [...args, '--port', '0', '--registry-port', '0']);
    const exit = once(child, 'exit');
    const lines: string[] = [];
    const ready = new Promise<void>((resolve) =>
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('Ctrl-C')) resolve();
      }),
    );
    await ready;

    const second = await runCommandLine(PROJECT_ROOT, [
      ...args.slice(1),
      '--port',
      '0',
      '--registry-port',
      '0',
      '--json',
    ]);
    child.kill('SIGINT');
    await exit;
    rmSync(folder, { recursive: true, force: true });

    expect(lines.at(-1)).toBe(`Ctrl-C ends it. All it holds is kept in ${folder}.`);
    expect(second.code).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      error: {
        code: 'DATA_IN_USE',
        message: expect.stringContaining(folder),
        cure: expect.stringContaining('--data'),
      },
    });
  });
});
