import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { runProgram } from '../../deploy/runProgram.ts';
import { makeCertificate, type TestCertificate } from '../builders/certificate.ts';
import {
  createApiCaller,
  type RunningEmulator,
  runCommandLine,
  startEmulatorProcess,
} from '../builders/commandLine.ts';
import { copyProject } from '../builders/project.ts';

const PLUGIN_ROLE_ID = '22222222-0000-4000-8000-000000000001';
const PATIENTS = '/organization/v1/users/patients';

type Line = Record<string, unknown> & { message: string };
type RunningServe = {
  child: ChildProcess;
  lines: Line[];
  port: number;
  /** Resolves with the line of this message, as soon as it is there. */
  until(message: string): Promise<Line>;
};

describe('a plugin that runs elsewhere than on BioT', () => {
  const projectRoot = copyProject();
  let certificate: TestCertificate;
  let emulator: RunningEmulator;
  let call: Awaited<ReturnType<typeof createApiCaller>>;
  let serve: RunningServe;

  const serveScript = join(projectRoot, 'cli/serve.ts');
  const environment = (more: Record<string, string> = {}) => ({
    PATH: process.env.PATH,
    PORT: '0',
    HOST: '127.0.0.1',
    TLS_CERT_FILE: certificate.certFile,
    TLS_KEY_FILE: certificate.keyFile,
    ...more,
  });
  const startServe = async (): Promise<RunningServe> => {
    const child = spawn(process.execPath, [serveScript], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: Line[] = [];
    const output = createInterface({ input: child.stdout }).on('line', (line) =>
      lines.push(JSON.parse(line)),
    );
    const until = async (message: string): Promise<Line> => {
      const found = lines.find((line) => line.message === message);
      if (found) return found;
      await once(output, 'line');
      return until(message);
    };
    const { port } = await until('Listening');
    return { child, lines, until, port: Number(port) };
  };
  const biotPlugin = async (...args: string[]) => {
    const env = { ...emulator.env, BIOT_CLI_ENDPOINT: `https://localhost:${serve.port}/` };
    const { code, stdout } = await runCommandLine(projectRoot, [...args, '--json'], { env });
    return { code, json: JSON.parse(stdout) };
  };

  beforeAll(async () => {
    const folder = join(dirname(projectRoot), 'certificates');
    mkdirSync(folder);
    certificate = makeCertificate(folder);
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process'], {
      NODE_EXTRA_CA_CERTS: certificate.certFile,
    });
    call = await createApiCaller(emulator);
    const wished = { name: 'my-plugin', type: 'EXTERNAL_SERVICE', roleId: PLUGIN_ROLE_ID };
    const { id, secretKeyData } = (await call('POST', '/ums/v2/services', wished)).body;
    const settings = {
      BIOT_BASE_URL: emulator.baseUrl,
      BIOT_SERVICE_USER_ID: id,
      BIOT_SERVICE_USER_SECRET_KEY: secretKeyData.secretKey,
      BIOT_APP_NAME: 'My plugin',
    };
    const text = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`);
    writeFileSync(join(projectRoot, '.env.serve'), text.join(''));
    serve = await startServe();
  }, 60_000);

  afterAll(async () => {
    serve?.child.kill('SIGKILL');
    await emulator?.interrupt();
  });

  it('is subscribed for all hooks of plugin.json', async () => {
    const { code, json } = await biotPlugin('subscribe');

    expect({ code, changes: json.changes.length }).toEqual({ code: 0, changes: 4 });
  });

  it('lets the API’s caller see what every hook does', async () => {
    const [template] = (await call('GET', '/settings/v1/templates/minimized')).body.data;
    const patient = {
      _name: { firstName: 'Jane', lastName: 'Doe' },
      _ownerOrganization: { id: '00000000-0000-0000-0000-000000000000' },
      _templateId: template.id,
      _email: ' Jane@Example.COM ',
      _dateOfBirth: '1980-02-29',
      _nationalId: '123456789',
    };

    const created = await call('POST', PATIENTS, patient);
    const blocked = await call('POST', PATIENTS, { ...patient, _dateOfBirth: '2999-01-01' });
    const read = await call('GET', `${PATIENTS}/${created.body._id}`);

    expect(created).toMatchObject({
      status: 201,
      body: { _email: 'jane@example.com', _nationalId: '*******89' },
    });
    expect(blocked).toMatchObject({
      status: 400,
      body: { code: 'BIRTH_DATE_IN_FUTURE', serviceName: 'My plugin' },
    });
    expect(read).toMatchObject({ status: 200, body: { ageInYears: expect.any(Number) } });
    await serve.until('Read the patient back');
  });

  it('answers its events under its own certificate to nobody without BioT’s token', async () => {
    const status = await new Promise((resolve, reject) => {
      const options = { method: 'POST', port: serve.port, host: 'localhost', ca: certificate.cert };
      request(options, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });

    expect(status).toBe(401);
  });

  it('is unsubscribed again', async () => {
    const { code, json } = await biotPlugin('unsubscribe', '--yes');

    expect({ code, removed: json.removed.length, kept: json.kept }).toEqual({
      code: 0,
      removed: 4,
      kept: [],
    });
    expect((await biotPlugin('subscriptions')).json).toEqual([]);
  });

  it('ends in order at SIGTERM: exit code 0', async () => {
    const exit = once(serve.child, 'exit');
    serve.child.kill('SIGTERM');
    await serve.until('Shut down');

    expect(await exit).toEqual([0, null]);
    expect(serve.lines.at(-1)).toMatchObject({ message: 'Shut down', appName: 'My plugin' });
  });

  it('ends with npm run serve, even when that is killed', async () => {
    const { child, until } = await startServe();

    child.kill('SIGKILL');
    await until('Shut down');

    expect(child.exitCode).toBeNull(); // the server outlived it just long enough
  });

  it('never logged a token or its key', () => {
    const logged = JSON.stringify(serve.lines);
    const [, secret = ''] =
      /SECRET_KEY="(.*)"/.exec(readFileSync(join(projectRoot, '.env.serve'), 'utf8')) ?? [];

    expect(secret).not.toBe('');
    expect(logged).not.toContain(secret);
    expect(logged).not.toMatch(/eyJ|secret-key/i);
  });

  it('does not start without a certificate, and says what to do: exit code 2', async () => {
    const env = environment({ TLS_KEY_FILE: '' });
    const { code, stdout } = await runProgram(process.execPath, [serveScript], { env });

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      level: 'error',
      code: 'MISSING_SETTING',
      cure: expect.stringContaining('TLS_KEY_FILE'),
    });
  });

  it('warns at once of what BioT would have set', async () => {
    const file = join(projectRoot, '.env.serve');
    const settings = readFileSync(file, 'utf8');
    writeFileSync(file, settings.replaceAll(/^BIOT_SERVICE_USER.*\n/gm, ''));

    const { child, lines } = await startServe();

    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    writeFileSync(file, settings);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'Not set: BIOT_SERVICE_USER_ID, BIOT_SERVICE_USER_SECRET_KEY; perform cannot call BioT',
      }),
    );
  });

  it('makes only the bundle with --bundle', async () => {
    const { code, stdout } = await runProgram(process.execPath, [serveScript, '--bundle'], {
      env: environment(),
    });

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(projectRoot, 'dist-serve/server.js')}\n` });
  });
});
