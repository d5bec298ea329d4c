import { createHash, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { getRegistryLogin } from '../../deploy/ecr.ts';
import type { TempCredentials } from '../../deploy/tempCredentials.ts';
import { interceptableApis } from '../../emulator/catalogue.ts';
import { createState, type State } from '../../emulator/state.ts';
import { openStore } from '../../emulator/store.ts';
import { type RunningEmulator, startEmulatorProcess } from '../builders/commandLine.ts';
import {
  itWithRegistry,
  type Json,
  newPatient,
  PATIENTS,
  PLUGINS,
  PROJECT_ROOT,
  pluginForm,
  zip,
} from '../builders/emulator.ts';

const ROUNDS = 8;
/** Long enough for some plugins, whatever else the machine does. */
const MAX_LIFE_MS = 1500;
const SEED = Number(process.env.KILL_SEED ?? randomInt(2 ** 31));

/** What BioT has acknowledged, null for deleted; undefined while it was asked to change it when it was killed. */
type Expected = {
  /** Versions by name. */
  plugins: Map<string, number | null | undefined>;
  /** First names by id. */
  patients: Map<string, string | null | undefined>;
};

type Changes = { call: Call; expected: Expected; random(): number };

jest.setTimeout(300_000);

describe('a local BioT that is killed at any moment', () => {
  let folder: string;
  let emulator: RunningEmulator | undefined;

  const start = async (more: string[] = []) => {
    const args = ['--launcher', 'process', '--data', join(folder, 'data'), ...more];
    emulator = await startEmulatorProcess(PROJECT_ROOT, args);
    return emulator;
  };
  /** What is on disk, while nobody has it open. */
  const look = (check: (state: State) => void) => {
    const store = openStore(join(folder, 'data'));
    try {
      check(createState(store));
    } finally {
      store.close();
    }
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  });

  afterEach(async () => {
    await emulator?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts again with all that it acknowledged, and with nothing half made', async () => {
    process.stderr.write(`KILL_SEED=${SEED}\n`);
    const random = seededRandom(SEED);
    const expected: Expected = { plugins: new Map(), patients: new Map() };
    let running = await start();
    const { username, password } = running;
    const keys = await publicKeys(running);

    for (let round = 0; round < ROUNDS; round += 1) {
      const { kill } = running;
      const killed = delay(random() * MAX_LIFE_MS).then(kill);
      await changeUntilKilled({ call: await createCaller(running), expected, random }, round).catch(
        unlessKilled,
      );
      await killed;
      look((state) => {
        checkPlugins(state, expected);
        checkPatients(state, expected);
      });

      running = await start();
      expect(await publicKeys(running)).toEqual(keys);
      expect([running.username, running.password]).toEqual([username, password]);
      await checkNewestAnswers(running, expected);
    }

    expect([...expected.plugins.values()].filter(Number)).not.toEqual([]);
    expect(expected.patients.size).toBeGreaterThan(0);
  });

  itWithRegistry('leaves its ports free, and finds its images again', async () => {
    const before = await start();
    const digest = await pushManifest(before);
    const ports = [before.baseUrl, `http://${before.registry}`].map((url) => new URL(url).port);
    await before.kill();

    const after = await start(['--port', ports[0] ?? '', '--registry-port', ports[1] ?? '']);
    const found = await headManifest(after);
    await after.kill();
    await untilFree(ports);

    expect([after.baseUrl, after.registry]).toEqual([before.baseUrl, before.registry]);
    expect(found).toBe(digest);
  });
});

/** One change after another. @throws what fetch throws when nobody answers any more */
async function changeUntilKilled(changes: Changes, round: number): Promise<never> {
  for (let n = 0; ; n += 1) {
    await changePlugins(changes, `p-${round}-${n}`);
    await changePatients(changes, `Patient ${round} ${n}`);
  }
}

/** BioT answered, and that was not expected. */
class Refused extends Error {}

/** Killed in the middle of a call, or before it. */
function unlessKilled(error: unknown): void {
  if (error instanceof Refused) throw error;
}

/** So many that a kill is likely to fall between two of them. None is of an API that is called here. */
const INTERCEPTIONS = interceptableApis
  .filter(({ entityTypeName }) => entityTypeName !== 'patient')
  .map(({ apiId }) => ({ type: 'PRE_REQUEST', apiId }));

let lastOrder = 1;

/** With an order that no other has, not even an earlier version of the same plugin. */
function newSubscriptions(): Json {
  lastOrder += 1;
  const notifications = [{ entityTypeName: 'device', actionName: '_delete' }];
  return { interceptionOrder: lastOrder, interceptions: INTERCEPTIONS, notifications };
}

async function changePlugins({ call, expected, random }: Changes, name: string): Promise<void> {
  const { plugins } = expected;
  const config = { name, displayName: name, version: 1, subscriptions: newSubscriptions() };
  plugins.set(name, undefined);
  await call('POST', PLUGINS, pluginForm(config, zip(codeOf(name))));
  plugins.set(name, 1);

  const chosen = choose(plugins, random);
  const version = plugins.get(chosen);
  if (!version) return;
  plugins.set(chosen, undefined);
  const path = `${PLUGINS}/Plugin-${chosen}`;
  if (random() < 0.5) {
    await call('DELETE', path);
    plugins.set(chosen, null);
  } else {
    await call(
      'PATCH',
      path,
      pluginForm({ version: version + 1, subscriptions: newSubscriptions() }, zip(codeOf(chosen))),
    );
    plugins.set(chosen, version + 1);
  }
}

async function changePatients({ call, expected, random }: Changes, name: string): Promise<void> {
  const { patients } = expected;
  const named = (firstName: string) => ({ _name: { firstName, lastName: 'Last' } });
  const email = `${name.replaceAll(' ', '.')}@example.com`;
  const created = await call('POST', PATIENTS, newPatient({ ...named(name), _email: email }));
  patients.set(String(created?._id), name);

  const chosen = choose(patients, random);
  if (!patients.get(chosen)) return;
  patients.set(chosen, undefined);
  if (random() < 0.3) {
    await call('DELETE', `${PATIENTS}/${chosen}`);
    patients.set(chosen, null);
  } else {
    await call('PATCH', `${PATIENTS}/${chosen}`, named(`${name} again`));
    patients.set(chosen, `${name} again`);
  }
}

/** Each is whole or not there at all; what nobody knew of is known now. */
function checkPlugins(state: State, { plugins }: Expected): void {
  for (const [name, version] of plugins) {
    const there = state.plugins.get(name)?.config.version ?? null;
    if (version !== undefined) expect({ name, version: there }).toEqual({ name, version });
    plugins.set(name, there);
  }
  const names = [...state.plugins.keys()].sort();
  const made = [...state.plugins.values()];
  const ofPlugins = [...state.serviceUsers.values()].filter(({ pluginName }) => pluginName);
  expect(names).toEqual([...plugins].flatMap(([name, version]) => (version ? name : [])).sort());
  expect(ofPlugins.map(({ pluginName }) => pluginName).sort()).toEqual(names);
  expect(ofPlugins.map(({ id }) => id).sort()).toEqual(made.map((plugin) => plugin.serviceUserId).sort());
  const hooks = [...state.subscriptions.values()];
  for (const { config } of made) {
    const own = hooks.filter(({ pluginName }) => pluginName === config.name);
    const orders = own.flatMap((hook) => (hook.kind === 'interception' ? hook.executionOrder : []));
    expect(orders).toEqual(INTERCEPTIONS.map(() => config.subscriptions.interceptionOrder));
    expect(own).toHaveLength(INTERCEPTIONS.length + 1);
  }
  expect(hooks).toHaveLength(made.length * (INTERCEPTIONS.length + 1));
  for (const { config, code } of made) {
    const bytes = state.zips.get(code.digest) ?? Buffer.alloc(0);
    expect({ name: config.name, digest: sha256(bytes) }).toEqual({ name: config.name, digest: code.digest });
  }
}

function checkPatients(state: State, { patients }: Expected): void {
  const there = state.entitiesOf('patient');
  for (const [id, name] of patients) {
    const found = there.get(id)?._name as { firstName: string } | undefined;
    if (name !== undefined) expect({ id, name: found?.firstName ?? null }).toEqual({ id, name });
    patients.set(id, found?.firstName ?? null);
  }
}

async function checkNewestAnswers(emulator: RunningEmulator, { plugins }: Expected): Promise<void> {
  const newest = [...plugins].filter(([, version]) => version).at(-1)?.[0];
  if (newest === undefined) return;
  const call = await createCaller(emulator);
  const { endpointUrl } = (await call('GET', `${PLUGINS}/${newest}`)) as Json;
  const answer = await fetch(String(endpointUrl));
  expect(await answer.text()).toBe(newest);
}

type Call = (method: string, path: string, body?: object) => Promise<Json | undefined>;

/** @throws Refused, or what fetch throws when BioT does not answer */
async function createCaller({ baseUrl, username, password }: RunningEmulator): Promise<Call> {
  let token = '';
  const call: Call = async (method, path, body) => {
    const isForm = body instanceof FormData;
    const answer = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const login = await call('POST', '/ums/v2/users/login', { username, password }).catch((error) => {
    unlessKilled(error);
    return undefined;
  });
  token = (login?.accessJwt as { token: string } | undefined)?.token ?? '';
  return call;
}

const publicKeys = async ({ baseUrl }: RunningEmulator): Promise<unknown> =>
  (await fetch(`${baseUrl}/ums/v1/security/public-key`)).json();

const codeOf = (name: string): string => `exports.handler = async () => ${JSON.stringify(name)};`;

const choose = (map: Map<string, unknown>, random: () => number): string =>
  [...map.keys()][Math.floor(random() * map.size)] ?? '';

/** Numbers from 0 to 1, the same for the same seed (a linear congruence, by Numerical Recipes). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

const sha256 = (text: string | Buffer): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Calls the repository as docker does after its login. */
async function openRepository(emulator: RunningEmulator) {
  const call = await createCaller(emulator);
  const temporary = await call('GET', `${PLUGINS}/docker-repository/temp-credentials`);
  const { ecrEndpoint: endpoint } = emulator;
  const login = await getRegistryLogin(temporary as TempCredentials, { endpoint, env: {} });
  const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const base = `http://${login.registry}/v2/biot-plugins`;
  return (method: string, path: string, { body, type }: { body?: string; type?: string } = {}) =>
    fetch(path.startsWith('http') ? path : base + path, {
      method,
      headers: { authorization, accept: MANIFEST_TYPE, ...(type && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
}

/** Pushes an image without layers, tagged `kept`. */
async function pushManifest(emulator: RunningEmulator): Promise<string> {
  const call = await openRepository(emulator);
  const config = '{}';
  const upload = (await call('POST', '/blobs/uploads/')).headers.get('location') ?? '';
  const type = 'application/octet-stream';
  await call('PUT', `${upload}&digest=${sha256(config)}`, { body: config, type });
  const described = { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { ...described, digest: sha256(config) },
    layers: [],
  });
  const pushed = await call('PUT', '/manifests/kept', { body: manifest, type: MANIFEST_TYPE });
  if (!pushed.ok) throw new Error(`Not pushed: ${await pushed.text()}`);
  return sha256(manifest);
}

async function headManifest(emulator: RunningEmulator): Promise<string | null> {
  const answer = await (await openRepository(emulator))('HEAD', '/manifests/kept');
  return answer.headers.get('docker-content-digest');
}

/** Nothing listens there any more. @throws Error when that does not come to be within 5 s */
async function untilFree(ports: string[]): Promise<void> {
  const isOpen = (port: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
  const deadline = Date.now() + 5000;
  while ((await Promise.all(ports.map(isOpen))).includes(true)) {
    if (Date.now() > deadline) throw new Error(`Something listens at ${ports} still`);
    await delay(20);
  }
}
