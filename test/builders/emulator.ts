import { accessSync, constants } from 'node:fs';
import { createServer, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { strToU8, zipSync } from 'fflate';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/index.ts';

export const PROJECT_ROOT = join(__dirname, '../..');
export const PATIENTS = '/organization/v1/users/patients';
export const DEVICES = '/device/v2/devices';
export const PLUGINS = '/settings/v2/plugins';
export const ORGANIZATION_ID = '00000000-0000-0000-0000-000000000000';
export const PATIENT_TEMPLATE_ID = '11111111-0000-4000-8000-000000000001';
export const DEVICE_TEMPLATE_ID = '11111111-0000-4000-8000-000000000002';

export const UUID = expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
export const TRACEPARENT = expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
export const ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export type Json = Record<string, unknown>;

/** `body` is parsed when it is JSON, text otherwise, and undefined when there is none. */
export type Answer = { status: number; headers: Record<string, string>; body: unknown; text: string };

/** `token` null: without an `authorization` header. `body` is sent as JSON unless it is text or a form. */
export type CallOptions = { token?: string | null; headers?: Record<string, string>; body?: unknown };

export type DeployOptions = {
  name: string;
  /** Of `index.js`. */
  code: string;
  subscriptions?: Json;
  /** The rest of `config`. */
  config?: Json;
};

export type TestEmulator = Emulator & {
  /** Of the person who deploys. */
  token: string;
  userId: string;
  logged: string[];
  /** `METHOD /path`; by default as the person. */
  call(call: string, options?: CallOptions): Promise<Answer>;
  /** Creates a plugin from inline CommonJS code and returns it as BioT does. */
  deploy(options: DeployOptions): Promise<Json & { endpointUrl: string }>;
};

/** A whole local BioT without containers, with its person logged in. */
export async function startTestEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const logged: string[] = [];
  const emulator = await startEmulator({
    projectRoot: PROJECT_ROOT,
    port: 0,
    registryPort: 0,
    host: '127.0.0.1',
    launcher: 'process',
    log: (line) => void logged.push(line),
    ...options,
  });
  const { baseUrl, username, password } = emulator;
  const login = await call(`${baseUrl}/ums/v2/users/login`, 'POST', { body: { username, password } });
  const { userId, accessJwt } = login.body as { userId: string; accessJwt: { token: string } };
  const { token } = accessJwt;

  const callEmulator: TestEmulator['call'] = (methodAndPath, options = {}) => {
    const [method = '', path = ''] = methodAndPath.split(' ');
    return call(baseUrl + path, method, { token, ...options });
  };
  return {
    ...emulator,
    token,
    userId,
    logged,
    call: callEmulator,
    async deploy({ name, code, subscriptions, config }) {
      const sent = {
        name,
        displayName: name,
        version: 1,
        ...(subscriptions && { subscriptions }),
        ...config,
      };
      const created = await callEmulator(`POST ${PLUGINS}`, { body: pluginForm(sent, zip(code)) });
      if (created.status !== 201) throw new Error(`Not created: ${created.text}`);
      return created.body as Json & { endpointUrl: string };
    },
  };
}

/** One call of a whole address. */
export async function call(url: string, method: string, options: CallOptions): Promise<Answer> {
  const { token, headers, body } = options;
  const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof FormData);
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(isJson && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as string | FormData) }),
  });
  const received = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: parse(received),
    text: received,
  };
}

function parse(body: string): unknown {
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch {
    return body;
  }
}

export type RawCall = { method?: string; headers?: OutgoingHttpHeaders; body?: Buffer };

/** A call of exactly this path and these headers (a list is sent as as many lines): fetch would tidy them. */
export function sendRaw(
  baseUrl: string,
  path: string,
  { method = 'GET', headers = {}, body }: RawCall = {},
): Promise<Answer> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers, agent: false }, async (answer) => {
      const received = await text(answer);
      const lines = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join('\n')]);
      resolve({
        status: answer.statusCode ?? 0,
        headers: Object.fromEntries(lines),
        body: parse(received),
        text: received,
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The two parts of a create request. */
export function pluginForm(config: unknown, code?: Buffer): FormData {
  const form = new FormData();
  form.append('config', typeof config === 'string' ? config : JSON.stringify(config));
  if (code)
    form.append(
      'code',
      new Blob([Uint8Array.from(code)], { type: 'application/x-zip-compressed' }),
      'hw.zip',
    );
  return form;
}

/** A plugin's ZIP of `index.js`, or of these files. */
export function zip(files: string | Record<string, string>): Buffer {
  const named = typeof files === 'string' ? { 'index.js': files } : files;
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(named).map(([name, code]) => [name, strToU8(code)]))),
  );
}

/** A server that plugins under test call: it takes notes, and may let them wait. */
export type Recorder = {
  url: string;
  /** What was sent to `url` so far. */
  received: Json[];
  /** Resolves when so many were received. */
  until(count: number): Promise<Json[]>;
  /** From now on nobody is answered until `release`. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
};

export async function startRecorder(): Promise<Recorder> {
  const received: Json[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  let held: (() => void)[] | undefined;
  const server = createServer(async (request, reply) => {
    received.push(JSON.parse(await text(request)));
    for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    if (held) held.push(() => reply.end());
    else reply.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const release = () => {
    for (const answer of held ?? []) answer();
    held = undefined;
  };

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    async until(count) {
      if (received.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return received;
    },
    hold: () => {
      held = [];
    },
    release,
    close: () => {
      release();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Code of a plugin that tells the recorder `what`, an expression of `event` and `body`, and then does `then`. */
export const recording = ({ url }: Recorder, what: string, then: string): string => `
  exports.handler = async (event, context) => {
    const body = event.body === undefined ? undefined : JSON.parse(event.body);
    await fetch('${url}', { method: 'POST', body: JSON.stringify(${what}) });
    ${then}
  };`;

/** Is the program on the PATH? */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

type DefineTest = (name: string, test: () => Promise<void>) => void;

/** `it` where the thing is here; elsewhere a skipped test whose name says why. REQUIRE_DOCKER=1 forbids the skip. */
export function itWhere(isHere: boolean, reason: string, canBeRequired = true): DefineTest {
  if (isHere || (canBeRequired && process.env.REQUIRE_DOCKER === '1')) return it;
  return (name, test) => it.skip(`${name} (skipped: ${reason})`, test);
}

export const itWithRegistry = itWhere(
  hasProgram('docker-registry') || hasProgram('registry'),
  'neither docker-registry nor registry is on the PATH',
);

export const newPatient = (overrides: Json = {}): Json => ({
  _name: { firstName: 'First', lastName: 'Last' },
  _ownerOrganization: { id: ORGANIZATION_ID },
  _templateId: PATIENT_TEMPLATE_ID,
  ...overrides,
});

/** BioT's error body, as the local BioT writes it; the trace is any. */
export const errorBody = (code: string, details: Json = {}): Json => ({
  code,
  message: expect.any(String),
  serviceName: 'Local BioT',
  traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  environment: 'local',
  details,
});
