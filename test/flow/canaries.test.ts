import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runProgram } from '../../deploy/runProgram.ts';
import { type RunningEmulator, runCommandLine, startEmulatorProcess } from '../builders/commandLine.ts';
import { hasDocker } from '../builders/docker.ts';
import { newPatient, PATIENTS } from '../builders/emulator.ts';
import {
  describeWithProc,
  listProcesses,
  type SeenProcess,
  seesAllEnvironments,
  watchProcesses,
} from '../builders/processes.ts';
import { copyProject } from '../builders/project.ts';
import { createSigningKey, interceptorClaims, signToken } from '../builders/tokens.ts';
import { until } from '../builders/until.ts';

const MARK = 'c4nary';
const VARIABLE = `${MARK}-variable`;
const SECRET_KEY = 'BIOT_SERVICE_USER_SECRET_KEY';
const STRANGERS_TOKEN = signToken(createSigningKey(), interceptorClaims({ jti: MARK }));
const HEADERS = { 'x-canary': `${MARK}-header`, cookie: `session=${MARK}` };
const ALL_MS = 15 * 60_000;

const canaryPatient = (overrides: object = {}) =>
  newPatient({
    _name: { firstName: `${MARK}-first`, lastName: `${MARK}-last` },
    _email: ` ${MARK}@Example.com `,
    _nationalId: `${MARK}-12345`,
    _description: `${MARK}-description`,
    ...overrides,
  });

/** Whose only use is to hold what BioT holds: the entities, the plugins and their variables. */
const DATABASE = /^data\/biot\.sqlite(-wal|-shm)?$/;

describeWithProc('what must not be told, with a plugin that runs as a ZIP', () => lookEverywhere('ZIP'));

if (hasDocker)
  describeWithProc('what must not be told, with a plugin that runs as an image', () =>
    lookEverywhere('IMAGE'),
  );

function lookEverywhere(deploymentPackageType: 'ZIP' | 'IMAGE'): void {
  const root = copyProject();
  const place = join(root, '..');
  const folders = { TMPDIR: join(place, 'tmp'), HOME: join(place, 'home') };
  const data = join(place, 'data');
  let emulator: RunningEmulator;
  let token: string;
  let secrets: string[];
  let seen: SeenProcess[];
  const errors: string[] = [];
  const told: string[] = [];

  const call = async (named: string, body?: unknown, authorization = `Bearer ${token}`) => {
    const [method = '', url = ''] = named.split(' ');
    const answer = await fetch(url.startsWith('/') ? emulator.baseUrl + url : url, {
      method,
      headers: { ...HEADERS, 'content-type': 'application/json', authorization },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400) errors.push(text);
    return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  };
  const biotPlugin = async (...args: string[]) => {
    const env = { ...emulator.env, ...folders, SECRET_VALUE: VARIABLE };
    const { code, stdout, stderr } = await runCommandLine(root, args, { env });
    told.push(stdout, stderr);
    return code;
  };
  const findIn = (text: string): string[] =>
    [MARK, Buffer.from(MARK).toString('base64').slice(0, 7), ...secrets].filter((secret) =>
      text.toLowerCase().includes(secret.toLowerCase()),
    );

  beforeAll(async () => {
    for (const folder of [...Object.values(folders), data]) mkdirSync(folder);
    writeProject(root, deploymentPackageType);
    const launcher = deploymentPackageType === 'IMAGE' ? 'docker' : 'process';
    emulator = await startEmulatorProcess(root, ['--data', data, '--launcher', launcher], folders);
    const { username, password } = emulator;
    const login = await call('POST /ums/v2/users/login', { username, password }, 'none');
    token = login.body.accessJwt.token;
    const watched = watchProcesses();
    const codes = [await biotPlugin('deploy', '--verbose')];
    await drive();
    codes.push(await biotPlugin('logs', '--verbose'), await biotPlugin('logs', '--json'));
    seen = watched.stop();
    const environments = deploymentPackageType === 'IMAGE' ? await listContainers() : seen.map(toEnvironment);
    secrets = [
      password,
      ...token.split('.').slice(1),
      ...STRANGERS_TOKEN.split('.').slice(1),
      secretKeyOf(environments),
    ];
    expect(codes).toEqual([0, 0, 0]);
  }, ALL_MS);

  afterAll(() => emulator?.interrupt());

  /** Each hook, when all goes well and when it does not. */
  async function drive(): Promise<void> {
    const created = await call(`POST ${PATIENTS}`, canaryPatient());
    const path = `${PATIENTS}/${created.body._id}`;
    const statuses = [
      created,
      await call(`GET ${path}`),
      await call(`GET ${PATIENTS}`),
      await call(`POST ${PATIENTS}`, canaryPatient({ _dateOfBirth: '2999-01-01' })),
      await call('POST /emulator/plugins/my-plugin/scheduled-run', {}),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 200, 200, 400, 200]);
    const plugin = await call('GET /settings/v2/plugins/my-plugin');
    const url: string = plugin.body.endpointUrl;
    const direct = [
      await call(`POST ${url}`, { name: MARK }),
      await call(`POST ${url}`, { name: MARK }, `Bearer ${STRANGERS_TOKEN}`),
      await call(`POST ${url}`, { name: MARK }, `Bearer ${MARK}`),
    ].map(({ status }) => status);
    expect(direct).toEqual([200, 401, 401]);
    const service = 'organization';
    const fault = { service, route: `GET ${PATIENTS}/{id}`, kind: 'status', status: 500, count: 1 };
    await call('POST /emulator/faults', fault);
    await call(`POST ${PATIENTS}`, canaryPatient({ _email: `2.${MARK}@example.com` }));
    await until(() => emulator.told().includes('CALL_TO_API_FAILED'));
  }

  it('is found where it is: this test can fail', async () => {
    const child = spawn('sleep', ['10'], { argv0: VARIABLE, env: { NAME: VARIABLE } });

    const [one] = listProcesses().filter(({ pid }) => pid === child.pid);

    child.kill();
    expect([findIn(one?.args ?? ''), findIn(one?.environment ?? '')]).toEqual([[MARK], [MARK]]);
    expect(secrets.every((secret) => secret.length > 7)).toBe(true);
    expect(filesOf(data, place).some((file) => DATABASE.test(file) && inFile(file).length > 0)).toBe(true);
  });

  it('is in no line of the log, nor in what a command or the local BioT says', () => {
    const all = [emulator.told(), ...told].join('\n');

    expect(all).toContain('Read the patient back');
    expect(all).toContain('The event was refused');
    expect(all).toContain('The plugin failed');
    expect(findIn(all)).toEqual([]);
  });

  it('is in no error that a caller sees', () => {
    expect(errors.length).toBeGreaterThanOrEqual(3);
    expect(errors.flatMap(findIn)).toEqual([]);
  });

  it('is in no argument of any process', () => {
    expect(seen.some(({ args }) => args.includes('biot-plugin.mjs deploy'))).toBe(true);
    expect(seen.filter(({ args }) => findIn(args).length > 0).map(({ args }) => args.split(' ')[0])).toEqual(
      [],
    );
  });

  it('is in no environment but that of the plugin itself, of all that the local BioT starts', () => {
    const started = seen.filter(({ environment }) => !environment.includes('SECRET_VALUE=')); // who was given it
    const knowing = started.filter(({ environment }) => findIn(environment).length > 0);

    expect(knowing.length > 0).toBe(deploymentPackageType === 'ZIP' || seesAllEnvironments());
    expect(knowing.filter(({ args }) => !isPlugin(args)).map(({ args }) => args.split(' ')[0])).toEqual([]);
  });

  it('is in no file but the local BioT’s own database', () => {
    const files = [...filesOf(join(root, '.biot'), place), ...filesOf(data, place)];
    files.push(
      ...filesOf(folders.TMPDIR, place),
      ...filesOf(folders.HOME, place),
      ...filesOf(join(root, 'dist'), place),
    );

    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => !DATABASE.test(file) && inFile(file).length > 0)).toEqual([]);
    expect(statSync(data).mode & 0o077).toBe(0);
  });

  const inFile = (file: string): string[] => findIn(readFileSync(join(place, file), 'latin1'));
}

function writeProject(root: string, deploymentPackageType: string): void {
  const file = JSON.parse(readFileSync(join(root, 'plugin.json'), 'utf8'));
  const environmentVariables = { LOG_LEVEL: 'debug', API_KEY: '$' + '{SECRET_VALUE}' };
  writeFileSync(
    join(root, 'plugin.json'),
    JSON.stringify({ ...file, deploymentPackageType, environmentVariables }),
  );
}

const isPlugin = (args: string): boolean => /runtimeClient|aws-lambda-ric|entrypoint\.mjs/.test(args);

const toEnvironment = ({ environment }: SeenProcess): string => environment;

/** The environment of each container that runs; other tests' may end meanwhile. */
async function listContainers(): Promise<string[]> {
  const running = await runProgram('docker', ['ps', '--quiet']);
  const ids = running.stdout.split('\n').filter(Boolean);
  const inspected = await runProgram('docker', ['inspect', '--format', '{{json .Config.Env}}', ...ids]);
  return inspected.stdout.split('\n').map((line) => (JSON.parse(line || 'null') ?? []).join(' '));
}

/** Which the local BioT made, and told nobody but the plugin. */
function secretKeyOf(environments: string[]): string {
  const environment = environments.find((one) => one.includes(VARIABLE) && one.includes(SECRET_KEY));
  const [, key] = new RegExp(`${SECRET_KEY}=(\\S+)`).exec(environment ?? '') ?? [];
  if (!key) throw new Error('The plugin was not seen');
  return key;
}

/** From `base` on, with slashes; none when there is no such folder. */
function filesOf(folder: string, base: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(base, join(parentPath, name)));
  } catch {
    return [];
  }
}
