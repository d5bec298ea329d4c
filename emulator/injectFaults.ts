import { Readable } from 'node:stream';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BiotError, toErrorAnswer } from './biotError.ts';
import type { Clock } from './clock.ts';
import { describeEffect } from './describeEffect.ts';
import { type Fault, type FaultPoint, type Faults, faultServices } from './faults.ts';
import type { Plugin } from './state.ts';
import type { Traces } from './traces.ts';

export type InjectOptions = {
  clock: Clock;
  traces: Traces;
  faults: Faults;
  /** The beginning of the function URLs' paths. */
  functionUrlPrefix: string;
  /** The plugin with this id in its function URL. */
  findByUrl(urlId: string): Plugin | undefined;
  rotateKeys(): Promise<unknown>;
  log(line: string): void;
};

/** Lets the calls fail that shall fail, whoever makes them. The local BioT's own routes never do. */
export function injectFaults(app: FastifyInstance, options: InjectOptions): void {
  const closing = new AbortController();
  const ofAnswers = new WeakMap<FastifyRequest, Struck>();
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onRequest', async (request, reply) => {
    if (options.faults.list().length === 0) return;
    const point = toFaultPoint(request, options);
    const fault = point && options.faults.take(point);
    if (!point || !fault) return;
    tell(options, fault, request);
    if (isOfAnswer(fault)) ofAnswers.set(request, { fault, point });
    else await strike(options, fault, { request, reply, point, signal: closing.signal });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const struck = ofAnswers.get(request);
    if (!struck) return payload;
    return struck.fault.kind === 'half' ? toHalf(reply, payload) : toOther(struck, request, reply);
  });
}

/** What strikes the answer, when the call is done. */
type OfAnswer = Fault & { kind: 'half' | 'lost-answer' };
type Struck = { fault: OfAnswer; point: FaultPoint };

const isOfAnswer = (fault: Fault): fault is OfAnswer => ['half', 'lost-answer'].includes(fault.kind);

/** For a function URL the path is the plugin's name, as its own says nothing. Undefined for what never fails. */
function toFaultPoint(
  { method, url }: FastifyRequest,
  { findByUrl, functionUrlPrefix }: InjectOptions,
): FaultPoint | undefined {
  const path = url.split('?')[0] ?? '/';
  if (path.startsWith(`${functionUrlPrefix}/`)) {
    const plugin = findByUrl(path.slice(functionUrlPrefix.length + 1));
    return { service: 'lambda', method, path: `/${plugin?.config.name}` };
  }
  const service = faultServices.find((name) => name === path.split('/')[1]);
  return service && { service, method, path };
}

type Call = { request: FastifyRequest; reply: FastifyReply; point: FaultPoint; signal: AbortSignal };

async function strike(options: InjectOptions, fault: Fault, call: Call): Promise<void> {
  switch (fault.kind) {
    case 'latency':
      await delay(fault.ms, undefined, { signal: call.signal, ref: false });
      return;
    case 'status':
      return refuse(fault, call);
    case 'reset':
      call.reply.hijack();
      call.request.raw.socket.resetAndDestroy();
      return;
    case 'key-rotation':
      await options.rotateKeys();
      return;
    case 'clock-move':
      options.clock.advance(fault.seconds * 1000);
  }
}

function refuse(fault: Fault & { kind: 'status' }, { request, reply, point }: Call): void {
  const { retryAfterSeconds } = fault;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  void reply.send(toRefusal({ fault, point }, request, reply));
}

type Refusing = { fault: Fault & { status: number; code: string }; point: FaultPoint };

/** As the service itself refuses: BioT with its error body, AWS with its own ones. */
function toRefusal({ fault, point }: Refusing, { traceId }: FastifyRequest, reply: FastifyReply): string {
  const { status, code } = fault;
  const message = `A fault that was asked for (${fault.id})`;
  const isEcr = point.service === 'ecr';
  reply.code(status).type(isEcr ? 'application/x-amz-json-1.1' : 'application/json');
  if (isEcr) return JSON.stringify({ __type: code, message });
  if (point.service !== 'lambda')
    return JSON.stringify(toErrorAnswer(new BiotError({ status, code, message }), traceId).body);
  reply.header('x-amzn-errortype', code);
  return JSON.stringify({ Message: message });
}

/** In the place of an answer that was ready. */
function toOther(struck: Struck, request: FastifyRequest, reply: FastifyReply): string {
  reply.removeHeader('content-length');
  return toRefusal(struck as Refusing, request, reply);
}

/** The length of the whole, but only half of it, and then the connection breaks. */
function toHalf(reply: FastifyReply, payload: unknown): unknown {
  const whole = Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload ?? ''));
  if (reply.statusCode === 204) reply.code(200); // an answer without a body has no half
  reply.header('content-length', Math.max(whole.length, 1));
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  return Readable.from(sendAndBreak(reply, half), { objectMode: false });
}

async function* sendAndBreak({ raw }: FastifyReply, half: Buffer): AsyncGenerator<Buffer> {
  raw.flushHeaders();
  if (half.length > 0) yield half;
  await setImmediate(); // until the half is on its way
  raw.destroy();
}

function tell({ traces, log }: InjectOptions, fault: Fault, { method, url, traceId }: FastifyRequest): void {
  const name = `Fault ${fault.id.slice(0, 8)}: ${describeEffect(fault)}`;
  traces.start(traceId, { kind: 'LOG', name, fault: fault.kind }).end();
  log(`${name} at ${method} ${url.split('?')[0]}`);
}
