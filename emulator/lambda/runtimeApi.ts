import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const MAX_RESPONSE_BYTES = 6_291_556;
const API = '/2018-06-01/runtime';

/** One event for the function. `deadline` is epoch ms. */
export type Invocation = { requestId: string; event: string; deadline: number; functionArn: string };

/** What the runtime does, as it does it. `requestId` is absent for a failed initialisation. */
export type RuntimeApiListener = {
  onNext(): void;
  onResponse(requestId: string, result: string): void;
  onError(error: { requestId?: string; payload: string }): void;
};

export type RuntimeApi = {
  /** The port that the runtime calls. */
  port: number;
  /** Hands over the event as soon as the runtime asks for one. */
  give(invocation: Invocation): void;
  close(): void;
};

/** Lambda's Runtime API (2018-06-01) for one environment; each has its own, as its requests carry no identity. */
export async function startRuntimeApi(host: string, listener: RuntimeApiListener): Promise<RuntimeApi> {
  const exchange: Exchange = {};
  const server = createServer((request, reply) => {
    const isNext = request.method === 'GET' && request.url === `${API}/invocation/next`;
    if (!isNext) return void takeReport(exchange, listener, { request, reply });
    exchange.waiting = reply;
    listener.onNext();
    handOver(exchange);
  });

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    give(invocation) {
      exchange.pending = invocation;
      handOver(exchange);
    },
    close: () => close(server),
  };
}

/** The runtime that waits for an event, the event that waits for it, and the id of the one being worked on. */
type Exchange = { waiting?: ServerResponse; pending?: Invocation; running?: string };

function handOver(exchange: Exchange): void {
  const { waiting, pending } = exchange;
  if (!waiting || !pending) return;
  delete exchange.waiting;
  delete exchange.pending;
  exchange.running = pending.requestId;
  sendInvocation(waiting, pending);
}

/** A result, an error, or a failed initialisation. Accepted at once: the client's post is synchronous. */
async function takeReport(
  exchange: Exchange,
  listener: RuntimeApiListener,
  { request, reply }: { request: IncomingMessage; reply: ServerResponse },
): Promise<void> {
  const [, requestId = '', outcome] = INVOCATION.exec(request.url ?? '') ?? [];
  const body = await readBody(request).catch(() => undefined);
  if (request.url === `${API}/init/error`) {
    accept(reply);
    return listener.onError({ payload: body ?? '{}' });
  }
  if (!outcome) return refuse(reply, 404, 'NotFound', 'Not found');
  if (requestId !== exchange.running) return refuse(reply, 400, 'InvalidRequestID', 'Invalid request ID');
  delete exchange.running;
  if (body === undefined) {
    refuse(reply, 413, 'RequestEntityTooLarge', `Exceeded ${TOO_LARGE}`);
    return listener.onError({ requestId, payload: RESPONSE_TOO_LARGE });
  }
  accept(reply);
  if (outcome === 'response') listener.onResponse(requestId, body);
  else listener.onError({ requestId, payload: body });
}

const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;
const TOO_LARGE = `maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
const RESPONSE_TOO_LARGE = JSON.stringify({
  errorMessage: `Response payload size exceeded ${TOO_LARGE}`,
  errorType: 'Function.ResponseSizeTooLarge',
});

function sendInvocation(
  reply: ServerResponse,
  { requestId, event, deadline, functionArn }: Invocation,
): void {
  reply.writeHead(200, {
    'Content-Type': 'application/json', // aws-lambda-ric crashes without it
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': functionArn,
  });
  reply.end(event);
}

function accept(reply: ServerResponse): void {
  reply.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}\n');
}

function refuse(reply: ServerResponse, status: number, ...[errorType, errorMessage]: [string, string]): void {
  reply
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ errorMessage, errorType }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk);
  }
  if (size > MAX_RESPONSE_BYTES) throw new Error(`Exceeded ${TOO_LARGE}`);
  return Buffer.concat(chunks).toString();
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
