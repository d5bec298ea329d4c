import { createServer as createHttpServer } from 'node:http';
import { globalAgent } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { LambdaResponse } from '../../src/runtime/response.ts';
import {
  type Answer,
  type BiotServer,
  LOGIN_CALL,
  loginAnswer,
  PUBLIC_KEY_CALL,
  SERVICE_TOKEN,
  startBiotServer,
} from '../builders/biotServer.ts';
import { makeCertificate } from '../builders/certificate.ts';
import { pluginEnvironment } from '../builders/config.ts';
import { notificationEvent, PATIENT_ID, PATIENTS, patient, preEvent, withBody } from '../builders/events.ts';
import { makeFolder } from '../builders/folder.ts';
import { broken, endless, odd } from '../builders/hostileAnswers.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { type LoadedPlugin, loadPlugin } from '../builders/plugin.ts';
import { type PortMode, type SwitchedPort, startSwitchedPort } from '../builders/switchedPort.ts';
import { createSigningKey, interceptorClaims, notificationClaims, signToken } from '../builders/tokens.ts';

const LIMIT_MS = 1_500;
const PATIENT_CALL = `GET ${PATIENTS}/${PATIENT_ID}`;
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;

const key = createSigningKey();
const event = notificationEvent(signToken(key, notificationClaims()));

const healthy: Record<string, Answer> = {
  [PUBLIC_KEY_CALL]: { body: { publicKey: key.publicKey } },
  [LOGIN_CALL]: loginAnswer(SERVICE_TOKEN),
  [PATIENT_CALL]: { body: patient() },
};
const calls: [name: string, call: string][] = [
  ['for its key', PUBLIC_KEY_CALL],
  ['to log in', LOGIN_CALL],
  ['by perform', PATIENT_CALL],
];
const inEachCall = (answers: [string, Answer][]): [string, string, Answer][] =>
  calls.flatMap(([what, call]) =>
    answers.map(([name, answer]): [string, string, Answer] => [`${what}, ${name}`, call, answer]),
  );

/** A Lambda that will be killed in `milliseconds`. */
const contextOf = (milliseconds: number) => {
  const end = Date.now() + milliseconds;
  return { getRemainingTimeInMillis: () => end - Date.now() };
};
const codeOf = ({ statusCode, body }: LambdaResponse): unknown => [statusCode, JSON.parse(body).code];

describe('handler, when BioT is hostile', () => {
  let biot: BiotServer;
  let captured: CapturedLog;

  beforeEach(async () => {
    biot = await startBiotServer(key.publicKey);
    mend();
    captured = captureLog();
  });

  afterEach(async () => {
    captured.restore();
    await biot.close();
  });

  const mend = () => {
    for (const [call, answer] of Object.entries(healthy)) biot.route(call, answer);
  };

  /** The answers to an event now, and to one when BioT is well again; how long the first took, and what it cost. */
  async function answersOf({ handler }: LoadedPlugin) {
    const memory = watchMemory();
    const start = Date.now();
    const hostile = await handler(event, contextOf(LIMIT_MS));
    const tookMs = Date.now() - start;
    const peakBytes = memory.stop();
    mend();
    const next = await handler(event, contextOf(3_000));
    return { hostile, next, tookMs, peakBytes };
  }

  it.each(inEachCall(endless))(
    'answers TIMEOUT before Lambda’s limit when BioT, asked %s, and then goes on',
    async (_name, call, answer) => {
      biot.route(call, answer);
      const plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));

      const { hostile, next, tookMs, peakBytes } = await answersOf(plugin);

      expect([codeOf(hostile), next.statusCode]).toEqual([[504, 'TIMEOUT'], 200]);
      expect(tookMs).toBeLessThan(LIMIT_MS);
      expect(peakBytes).toBeLessThan(MAX_MEMORY_BYTES);
    },
  );

  it.each(inEachCall(broken))(
    'answers CALL_TO_API_FAILED when BioT, asked %s, and then goes on',
    async (_name, call, answer) => {
      const plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));
      biot.route(call, answer);

      const { hostile, next, tookMs, peakBytes } = await answersOf(plugin);

      expect([codeOf(hostile), next.statusCode]).toEqual([[502, 'CALL_TO_API_FAILED'], 200]);
      expect(tookMs).toBeLessThan(LIMIT_MS);
      expect(peakBytes).toBeLessThan(MAX_MEMORY_BYTES);
    },
  );

  it.each(inEachCall(odd))('answers when BioT, asked %s, and then goes on', async (_name, call, answer) => {
    const plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));
    biot.route(call, answer);

    const { hostile, next, tookMs, peakBytes } = await answersOf(plugin);

    expect([hostile.statusCode, next.statusCode]).toEqual([call === PATIENT_CALL ? 200 : 502, 200]);
    expect(tookMs).toBeLessThan(LIMIT_MS);
    expect(peakBytes).toBeLessThan(MAX_MEMORY_BYTES);
  });

  it.each(calls)('goes nowhere else when BioT, asked %s, redirects to another host', async (_name, call) => {
    const other = await startBiotServer(key.publicKey);
    const plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));
    const path = call.slice(call.indexOf('/'));
    biot.route(call, { status: 307, headers: { location: other.baseUrl + path } });

    const { hostile, next } = await answersOf(plugin);

    await other.close();
    expect([codeOf(hostile), next.statusCode]).toEqual([[502, 'CALL_TO_API_FAILED'], 200]);
    expect(other.requests).toEqual([]);
  });

  it.each(calls)(
    'does not mind connections that BioT closed between two events, when it asks %s',
    async (_name, call) => {
      const newKey = createSigningKey();
      biot.route(LOGIN_CALL, loginAnswer(SERVICE_TOKEN, 1)); // every event needs another
      const plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));
      const first = await plugin.handler(event);
      const before = biot.count(call);
      biot.route(PUBLIC_KEY_CALL, { body: { publicKey: newKey.publicKey } });
      const answer = call === PUBLIC_KEY_CALL ? { body: { publicKey: newKey.publicKey } } : healthy[call];
      const used: boolean[] = [];
      biot.route(call, closeAll(biot, used), answer ?? {});

      const second = await plugin.handler(notificationEvent(signToken(newKey, notificationClaims())));

      expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
      expect([used, biot.count(call) - before]).toEqual([[true], 2]);
    },
  );

  it('answers an event that is deeply nested, and then goes on', async () => {
    const plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));
    const nested = '['.repeat(100_000) + ']'.repeat(100_000);
    const pre = preEvent(signToken(key, interceptorClaims()));

    const hostile = await plugin.handler(
      withBody(pre, `{"request":{"path":"${PATIENTS}","body":${nested}}}`),
    );
    const next = await plugin.handler(event);

    expect([codeOf(hostile), next.statusCode]).toEqual([[500, 'INTERNAL_SERVER_ERROR'], 200]);
    expect(captured.text().length).toBeLessThan(10_000);
  });
});

describe('handler, when BioT’s port is hostile', () => {
  const certificate = makeCertificate(makeFolder());
  let biot: BiotServer;
  let secure: ReturnType<typeof createServer>;
  let port: SwitchedPort;
  let captured: CapturedLog;

  beforeEach(async () => {
    biot = await startBiotServer(key.publicKey);
    for (const [call, answer] of Object.entries(healthy)) biot.route(call, answer);
    const { port: plainPort } = new URL(biot.baseUrl);
    secure = createServer(certificate, (socket) => {
      const plain = connect(Number(plainPort), '127.0.0.1');
      for (const end of [socket, plain]) end.on('error', () => end.destroy());
      socket.pipe(plain).pipe(socket);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    port = await startSwitchedPort((secure.address() as AddressInfo).port);
    globalAgent.options.ca = certificate.cert;
    captured = captureLog();
  });

  afterEach(async () => {
    captured.restore();
    delete globalAgent.options.ca;
    globalAgent.destroy();
    await port.shut();
    await new Promise((resolve) => secure.close(resolve));
    await biot.close();
  });

  const load = () =>
    loadPlugin(pluginEnvironment(`https://localhost:${port.port}${new URL(biot.baseUrl).pathname}`));

  it.each<[PortMode, [number, string]]>([
    ['silent', [504, 'TIMEOUT']],
    ['reset', [502, 'CALL_TO_API_FAILED']],
    ['end', [502, 'CALL_TO_API_FAILED']],
  ])(
    'answers before Lambda’s limit when it meets a connection with no TLS: %s, and then goes on',
    async (mode, code) => {
      port.set(mode);
      const { handler } = await load();
      const start = Date.now();

      const hostile = await handler(event, contextOf(LIMIT_MS));
      const tookMs = Date.now() - start;
      port.set('forward');
      const next = await handler(event, contextOf(3_000));

      expect([codeOf(hostile), next.statusCode]).toEqual([code, 200]);
      expect(tookMs).toBeLessThan(LIMIT_MS);
    },
  );

  it('calls BioT through the proxy that the environment names, which sees nothing but where to', async () => {
    const proxy = await startProxy();
    process.env.HTTPS_PROXY = proxy.url;
    const { handler } = await load();

    const answer = await handler(event, contextOf(5_000));

    delete process.env.HTTPS_PROXY;
    await proxy.close();
    expect(answer.statusCode).toBe(200);
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT localhost:${port.port}`]));
  });

  it('answers CALL_TO_API_FAILED when nobody listens, and goes on when somebody does', async () => {
    const { handler } = await load();
    await port.shut();

    const hostile = await handler(event, contextOf(LIMIT_MS));
    await port.open();
    const next = await handler(event, contextOf(3_000));

    expect([codeOf(hostile), next.statusCode]).toEqual([[502, 'CALL_TO_API_FAILED'], 200]);
  });
});

/** Closes all connections when one of them is used again, as a freeze of the plugin hides it until then. */
const closeAll =
  (biot: BiotServer, used: boolean[]): Answer =>
  (_request, { socket }) => {
    used.push(Number(socket?.bytesWritten) > 0);
    biot.closeConnections();
  };

/** Makes tunnels, and tells what it was asked for. */
async function startProxy() {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end();
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ method, url = '' }, socket) => {
    seen.push(`${method} ${url}`);
    const target = connect(Number(url.split(':')[1]), '127.0.0.1');
    for (const end of [socket, target]) end.on('error', () => end.destroy());
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(target).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The most that buffers held at a time, beyond what they held before. */
function watchMemory(): { stop(): number } {
  const used = () => process.memoryUsage().arrayBuffers;
  const before = used();
  let peak = before;
  const look = () => {
    peak = Math.max(peak, used());
  };
  const timer = setInterval(look, 2);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak - before;
    },
  };
}
