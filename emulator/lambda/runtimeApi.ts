import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAX_RESPONSE_BYTES, readBody } from './runtimeBody.ts';

const API = '/2018-06-01/runtime';

/** One event for the function. `deadline` is epoch ms; `xrayTraceId` as in `_X_AMZN_TRACE_ID`. */
export type Invocation = {
  requestId: string;
  event: string;
  deadline: number;
  functionArn: string;
  xrayTraceId: string;
};

/** What the runtime does, as it does it, each in its turn: what it may not do is refused and not told. */
export type RuntimeApiListener = {
  /** It has initialised, or is done with an event, and asks for the next. */
  onNext(): void;
  onResponse(result: string): void;
  onError(payload: string): void;
  /** `errorType` is undefined when it is none that Lambda knows. */
  onInitError(payload: string, errorType: string | undefined): void;
};

export type RuntimeApi = {
  /** The port that the runtime calls. */
  port: number;
  /** Hands over the event, which the runtime has asked for. */
  give(invocation: Invocation): void;
  close(): void;
};

/** Lambda's Runtime API (2018-06-01) for one runtime; each has its own, as its requests carry no identity. */
export async function startRuntimeApi(host: string, listener: RuntimeApiListener): Promise<RuntimeApi> {
  const exchange: Exchange = { state: 'Started' };
  const server = createServer((request, reply) => {
    const call: Call = { exchange, listener, request, reply };
    if (request.method === 'GET' && request.url === `${API}/invocation/next`) takeNext(call);
    else void takeReport(call);
  });
  server.keepAliveTimeout = 0; // a frozen runtime keeps its connections
  server.requestTimeout = 0;

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    give(invocation) {
      const { waiting } = exchange;
      Object.assign(exchange, { state: 'Running', running: invocation, waiting: undefined });
      if (waiting) sendInvocation(waiting, invocation);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

// By the names that Lambda's refusals give them.
type RuntimeState =
  | 'Started'
  | 'InitError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState';

/** The runtime that waits for an event, and the event being worked on. */
type Exchange = { state: RuntimeState; waiting?: ServerResponse; running?: Invocation };

type Call = {
  exchange: Exchange;
  listener: RuntimeApiListener;
  request: IncomingMessage;
  reply: ServerResponse;
};

function takeNext({ exchange, listener, reply }: Call): void {
  const { state, running, waiting } = exchange;
  if (state === 'InitError') return void refuse(reply, toTransitionRefusal(state, 'Ready'));
  // Asked for in the middle of an event, the same one is given again.
  if (running && IN_AN_EVENT.has(state)) return void sendInvocation(reply, running);
  if (waiting) refuse(waiting, toTransitionRefusal(state, 'Ready'));
  exchange.waiting = reply;
  exchange.state = 'Ready';
  reply.once('close', () => {
    if (exchange.waiting === reply) delete exchange.waiting;
  });
  if (state !== 'Ready') listener.onNext();
}

const IN_AN_EVENT = new Set<RuntimeState>(['Running', 'InvocationResponse', 'InvocationErrorResponse']);

/** A result, an error, or a failed initialisation. Accepted at once: the client's post is synchronous. */
async function takeReport(call: Call): Promise<void> {
  const { request, reply } = call;
  if (request.method === 'POST' && request.url === `${API}/init/error`) return takeInitError(call);
  const [, requestId, kind] = (request.method === 'POST' && INVOCATION.exec(request.url ?? '')) || [];
  if (!requestId) return refuse(reply, { status: 404, errorType: 'NotFound', errorMessage: 'Not found' });
  const next = kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse';
  const refusal = refusalOf(call, requestId, next);
  if (refusal) return refuse(reply, refusal);
  await takeOutcome(call, next);
}

const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

async function takeInitError({ exchange, listener, request, reply }: Call): Promise<void> {
  if (exchange.state !== 'Started') return refuse(reply, toTransitionRefusal(exchange.state, 'InitError'));
  exchange.state = 'InitError';
  const payload = await readBody(request).catch(() => undefined);
  accept(reply);
  const errorType = String(request.headers['lambda-runtime-function-error-type']);
  const isKnown = /^(Runtime|Function)\.[A-Z][a-zA-Z]+$/.test(errorType);
  listener.onInitError(payload ?? '{}', isKnown ? errorType : undefined);
}

type Outcome = 'InvocationResponse' | 'InvocationErrorResponse';

function refusalOf({ exchange, request }: Call, requestId: string, next: Outcome): Refusal | undefined {
  const { state, running } = exchange;
  if (state !== 'Running') return toTransitionRefusal(state, next);
  if (requestId !== encodeURIComponent(running?.requestId ?? ''))
    return { status: 400, errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' };
  const mode = request.headers['lambda-runtime-function-response-mode'];
  if (mode === undefined || mode === 'streaming') return undefined;
  const errorMessage = 'Invalid function response mode';
  return { status: 400, errorType: 'InvalidFunctionResponseMode', errorMessage };
}

async function takeOutcome({ request, reply, exchange, listener }: Call, kind: Outcome): Promise<void> {
  exchange.state = kind;
  let body: string | undefined;
  try {
    body = await readBody(request);
  } catch {
    exchange.state = 'Running'; // its connection broke: it may post again
    return;
  }
  exchange.state = 'RuntimeResponseSentState';
  if (body === undefined) {
    refuse(reply, { status: 413, errorType: 'RequestEntityTooLarge', errorMessage: `Exceeded ${TOO_LARGE}` });
    return listener.onError(RESPONSE_TOO_LARGE);
  }
  accept(reply);
  const brokenOff = request.trailers['lambda-runtime-function-error-body']; // of a streamed result
  if (brokenOff) listener.onError(Buffer.from(brokenOff, 'base64').toString());
  else if (kind === 'InvocationResponse') listener.onResponse(body);
  else listener.onError(body);
}

const TOO_LARGE = `maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
const RESPONSE_TOO_LARGE = JSON.stringify({
  errorMessage: `Response payload size exceeded ${TOO_LARGE}`,
  errorType: 'Function.ResponseSizeTooLarge',
});

function sendInvocation(reply: ServerResponse, invocation: Invocation): void {
  const { requestId, event, deadline, functionArn, xrayTraceId } = invocation;
  reply.writeHead(200, {
    'Content-Type': 'application/json', // aws-lambda-ric crashes without it
    'Lambda-Runtime-Aws-Request-Id': requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': functionArn,
    'Lambda-Runtime-Trace-Id': xrayTraceId,
  });
  reply.end(event);
}

function accept(reply: ServerResponse): void {
  reply.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}\n');
}

type Refusal = { status: number; errorType: string; errorMessage: string };

const toTransitionRefusal = (from: RuntimeState, to: RuntimeState): Refusal => ({
  status: 403,
  errorType: 'InvalidStateTransition',
  errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
});

function refuse(reply: ServerResponse, { status, errorType, errorMessage }: Refusal): void {
  reply.req.resume(); // a client that still writes would never read the answer
  reply
    .writeHead(status, { 'Content-Type': 'application/json' })
    .end(JSON.stringify({ errorMessage, errorType }));
}
