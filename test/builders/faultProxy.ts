import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What goes wrong on the way to a server. `reset`: the connection breaks before anything was done; `refuse`: from then
 * on nobody listens any more; `status`: refused before anything was done; `half`, `lost-answer`: the call is done, and
 * its answer breaks off, or is a gateway's 504; `hold`: the call goes no further; `hold-answer`: it is done, and the
 * answer comes with `release`.
 */
export type ProxyFault =
  | { kind: 'reset' | 'refuse' | 'half' | 'lost-answer' | 'hold' | 'hold-answer' }
  | { kind: 'status'; status: number; retryAfter?: string };

/** At which call, like `POST /settings/v2/plugins`, how often, and after how many of these that go well. */
export type Strike = ProxyFault & { call: RegExp; times?: number; after?: number };

export type FaultProxy = {
  baseUrl: string;
  /** `METHOD /path` of all calls, in their order. */
  calls: string[];
  strike(strike: Strike): void;
  /** Resolves when what was struck last has gone wrong. */
  struck(): Promise<void>;
  release(): void;
  /** From now on all goes well. */
  mend(): Promise<void>;
  close(): Promise<void>;
};

/** Stands before a server, on a free port of its own. `replace`: in what is answered, so that it names another proxy. */
export async function startFaultProxy(
  target: string,
  replace?: { from: string; to: string },
): Promise<FaultProxy> {
  const calls: string[] = [];
  let released = Promise.withResolvers<void>();
  let struck = Promise.withResolvers<void>();
  let strikes: { left: number; passing: number; strike: Strike }[] = [];

  const take = (call: string): Strike | undefined => {
    const waiting = strikes.find(({ strike, left }) => left > 0 && strike.call.test(call));
    if (!waiting) return undefined;
    if (waiting.passing-- > 0) return undefined;
    waiting.left -= 1;
    return waiting.strike;
  };
  const server = createServer(async (incoming, outgoing) => {
    incoming.on('error', () => undefined);
    const call = `${incoming.method} ${incoming.url?.split('?')[0]}`;
    calls.push(call);
    const fault = take(call);
    if (fault) struck.resolve();
    if (fault?.kind === 'refuse') server.close();
    if (fault?.kind === 'refuse') return server.closeAllConnections();
    await handle({ target, replace, incoming, outgoing, fault, released: released.promise }).catch(() =>
      incoming.socket.destroy(),
    );
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    calls,
    strike(strike) {
      struck = Promise.withResolvers();
      released = Promise.withResolvers();
      strikes.push({ strike, left: strike.times ?? 1, passing: strike.after ?? 0 });
    },
    struck: () => struck.promise,
    release: () => released.resolve(),
    async mend() {
      strikes = [];
      released.resolve();
      if (!server.listening) await listen(port);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Handling = {
  target: string;
  replace: { from: string; to: string } | undefined;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  fault: ProxyFault | undefined;
  released: Promise<void>;
};

async function handle({ target, replace, incoming, outgoing, fault, released }: Handling): Promise<void> {
  if (fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
  const body = await buffer(incoming);
  if (fault?.kind === 'hold') return;
  if (fault?.kind === 'status') return refuse(outgoing, fault.status, fault.retryAfter);
  const received = await forward(target, incoming, body);
  const answer = replace ? renameIn(received, replace) : received;
  if (fault?.kind === 'hold-answer') await released;
  if (fault?.kind === 'lost-answer') return refuse(outgoing, 504);
  const length = fault?.kind === 'half' ? Math.floor(answer.body.length / 2) : answer.body.length;
  outgoing.writeHead(answer.status, answer.headers);
  if (fault?.kind !== 'half') return void outgoing.end(answer.body);
  outgoing.write(answer.body.subarray(0, length), () => incoming.socket.destroySoon());
}

/** As a gateway does that is not BioT's own. */
function refuse(outgoing: ServerResponse, status: number, retryAfter?: string): void {
  outgoing.writeHead(status, {
    'content-type': 'text/html',
    ...(retryAfter && { 'retry-after': retryAfter }),
  });
  outgoing.end(`<html>${status}</html>`);
}

function renameIn(answer: Answer, { from, to }: { from: string; to: string }): Answer {
  const body = Buffer.from(answer.body.toString().replaceAll(from, to));
  return { ...answer, headers: { ...answer.headers, 'content-length': String(body.length) }, body };
}

type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer };

function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { 'transfer-encoding': _chunked, ...kept } = headers;
    const options = { method, headers: { ...kept, 'content-length': body.length }, agent: false } as const;
    const sent = request(target + url, options, async (answer) => {
      const received = await buffer(answer);
      const { 'transfer-encoding': _also, ...answered } = answer.headers;
      const length = method === 'HEAD' ? {} : { 'content-length': String(received.length) };
      resolve({ status: answer.statusCode ?? 0, headers: { ...answered, ...length }, body: received });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
