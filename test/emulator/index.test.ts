import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import {
  itWithRegistry,
  type Json,
  PLUGINS,
  PROJECT_ROOT,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';

describe('startEmulator', () => {
  let biot: TestEmulator;

  beforeAll(async () => {
    biot = await startTestEmulator();
  });

  afterAll(() => biot.close());

  it('returns where everything is', () => {
    expect(biot).toMatchObject({
      baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
      username: expect.any(String),
      password: expect.stringMatching(/^.{12,}$/),
      ecrEndpoint: `${biot.baseUrl}/ecr`,
      engine: null,
    });
  });

  itWithRegistry('starts a registry on a port of its own', async () => {
    expect(biot.registry).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
    expect(biot.baseUrl).not.toContain(biot.registry?.split(':')[1]);
  });

  it('says once that processes do not keep all of the rules', async () => {
    for (const name of ['one', 'two']) {
      const { endpointUrl } = await biot.deploy({ name, code: 'exports.handler = async () => 1;' });
      await fetch(endpointUrl);
    }

    const told = biot.logged.filter((line) => /read-only root/i.test(line));

    expect(told).toEqual([expect.stringMatching(/user.*memory/)]);
  });

  it('shares nothing with another local BioT', async () => {
    const other = await startTestEmulator();

    const answers = [
      await other.call('GET /organization/v1/users/patients', { token: biot.token }),
      await other.call('POST /ums/v2/users/login', {
        body: { username: biot.username, password: biot.password },
      }),
    ];

    await other.close();
    expect(answers.map(({ status }) => status)).toEqual([401, 403]);
  });

  it('lists one template for each entity type', async () => {
    const { status, body } = await biot.call('GET /settings/v1/templates/minimized');

    expect(status).toBe(200);
    expect((body as { data: Json[] }).data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: '11111111-0000-4000-8000-000000000001', name: 'Patient' }),
        expect.objectContaining({ id: '11111111-0000-4000-8000-000000000002', name: 'DeviceType1' }),
      ]),
    );
  });

  it('lists the plugins', async () => {
    await biot.deploy({ name: 'listed', code: 'exports.handler = async () => 1;' });

    const { status, body } = await biot.call(`GET ${PLUGINS}`);

    expect(status).toBe(200);
    expect((body as { data: Json[] }).data).toContainEqual(expect.objectContaining({ name: 'listed' }));
  });
});

describe('close', () => {
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'biot-test-'));
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs code with `start(options)` and `zipOf(code)` in a program of its own; what it gives to `tell` comes back. */
  const runProgram = async (code: string): Promise<{ told: unknown; exitCode: number | null }> => {
    const module = (path: string) => JSON.stringify(pathToFileURL(join(PROJECT_ROOT, path)).href);
    const program = `
      import { startEmulator } from ${module('emulator/index.ts')};
      import { strToU8, zipSync } from ${module('node_modules/fflate/esm/index.mjs')};
      const start = (options) => startEmulator({ projectRoot: ${JSON.stringify(PROJECT_ROOT)}, port: 0, registryPort: 0,
        host: '127.0.0.1', launcher: 'process', log: () => undefined, ...options });
      const zipOf = (files) => new Blob([zipSync(Object.fromEntries(
        Object.entries(files).map(([name, text]) => [name, strToU8(text)])))]);
      const tell = (value) => console.log(JSON.stringify(value));
      const isOpen = (host) => fetch('http://' + host + '/').then(() => true, () => false);
      ${code}`;
    const started = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program],
      {
        env: { ...process.env, TMPDIR: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    child = started;
    const exit = new Promise<number | null>((resolve) => started.once('exit', resolve));
    const told = await json(started.stdout);
    return { told, exitCode: await exit };
  };

  it('ends the registry and the functions, and leaves no file behind', async () => {
    const { told, exitCode } = await runProgram(`
      const biot = await start({});
      const post = (path, body, headers = {}) => fetch(biot.baseUrl + path, { method: 'POST', headers, body });
      const login = await (await post('/ums/v2/users/login', JSON.stringify(biot), { 'content-type': 'application/json' })).json();
      const authorization = 'Bearer ' + login.accessJwt.token;
      const create = async (name, files) => {
        const form = new FormData();
        form.append('config', JSON.stringify({ name, displayName: name, version: 1 }));
        form.append('code', zipOf(files), 'hw.zip');
        return (await post('/settings/v2/plugins', form, { authorization })).json();
      };
      const { endpointUrl } = await create('one', { 'index.js': 'exports.handler = async () => process.pid' });
      const refused = await create('two', { 'index.js': 'exports.handler = async () => 1', '../escaped.js': '' });
      const pid = Number(await (await fetch(endpointUrl)).text());
      await biot.close();
      const registryIsOpen = biot.registry !== null && (await isOpen(biot.registry));
      tell({ refused: refused.code, pid, isOpen: await isOpen(new URL(biot.baseUrl).host), registryIsOpen });
    `);

    const { pid, ...rest } = told as { pid: number };
    expect({ ...rest, exitCode }).toEqual({
      refused: 'AWS_EXCEPTION',
      isOpen: false,
      registryIsOpen: false,
      exitCode: 0,
    });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await readdir(folder)).toEqual([]);
  });

  itWithRegistry('is not needed when the start fails: the registry has ended', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };

    const { told } = await runProgram(`
      import { createServer } from 'node:net';
      const free = createServer();
      await new Promise((resolve) => free.listen(0, '127.0.0.1', resolve));
      const registryPort = free.address().port;
      await new Promise((resolve) => free.close(resolve));
      const error = await start({ port: ${port}, registryPort }).then(() => undefined, ({ code }) => code);
      const registryIsOpen = await isOpen('127.0.0.1:' + registryPort);
      tell({ error, registryIsOpen });
      for (const handle of process._getActiveHandles()) if (handle.spawnfile) handle.kill('SIGKILL');
      setImmediate(() => process.exit());
    `);

    taken.close();
    expect(told).toEqual({ error: 'EADDRINUSE', registryIsOpen: false });
    expect(await readdir(folder)).toEqual([]);
  });
});
