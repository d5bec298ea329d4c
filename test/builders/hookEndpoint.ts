import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

type Json = Record<string, unknown>;

/** A hook's event as a self-hosted endpoint gets it. */
export type HookRequest = { method: string; url: string; headers: Json; body: Json; socket: Socket };

/** An endpoint of one's own. It passes everything on unchanged until it is told to do otherwise. */
export type HookEndpoint = {
  url: string;
  /** What it got so far. */
  requests: HookRequest[];
  /** How many connections were opened so far. */
  connections(): number;
  /** Resolves when so many were received. */
  until(count: number): Promise<HookRequest[]>;
  /** What it does from now on; the body has been read already. */
  answerBy(answer: Answer): void;
  close(): Promise<void>;
};

type Reply = Parameters<RequestListener>[1];
export type Answer = (request: HookRequest, reply: Reply) => unknown;

/** What an interceptor that changes nothing answers to a hook's event. */
export const unchanged = ({ request, response }: Json): Json => (response ? { response } : { request });

const echo: Answer = ({ body }, reply) => sendJson(reply, unchanged(body));

export function sendJson(reply: Reply, body: unknown, status = 200): void {
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export async function startHookEndpoint(
  makeServer: (listener: RequestListener) => Server = createServer,
): Promise<HookEndpoint> {
  const requests: HookRequest[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  let answer = echo;
  let connections = 0;
  const server = makeServer(async (request, reply) => {
    const { method = '', url = '', headers, socket } = request;
    const received = { method, url, headers, body: JSON.parse(await text(request)), socket };
    requests.push(received);
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
    await answer(received, reply);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    requests,
    connections: () => connections,
    async until(count) {
      if (requests.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return requests;
    },
    answerBy: (next) => {
      answer = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
