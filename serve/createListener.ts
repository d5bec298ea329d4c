import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AnswerOptions, answerEvent, refusedAnswer } from './answerEvent.ts';
import { type Cors, isPreflight, toPreflightAnswer, withCors } from './cors.ts';
import { createBudget } from './createBudget.ts';
import type { HttpAnswer } from './toAnswer.ts';

export type ListenerOptions = Omit<AnswerOptions, 'events' | 'bytes'> & { maxEvents: number; cors: Cors };

/** Of all events that are not whole yet. Those that are in the handler come on top of it. */
const MAX_WAITING_BYTES = 256 * 1024 * 1024;

export type Listener = {
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** From now on events are refused. Resolves when those that are under way have been answered. */
  end(): Promise<void>;
};

/** Counts the events that are under way, and says how the server is. */
export function createListener({ maxEvents, cors, ...given }: ListenerOptions): Listener {
  const { log } = given;
  const events = createBudget(maxEvents);
  const options = { ...given, events, bytes: createBudget(MAX_WAITING_BYTES) };
  const underWay = new Set<ServerResponse>();
  let whenIdle: (() => void) | undefined;
  const isEnding = () => whenIdle !== undefined;

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const [begun, requestId] = [performance.now(), randomUUID()];
    underWay.add(response);
    response.on('close', () => {
      underWay.delete(response);
      if (underWay.size === 0) whenIdle?.();
    });
    try {
      const answer = withCors(await answerEvent(request, requestId, options), cors, request);
      send(response, answer, { requestId, isLast: isEnding() });
      const ms = Math.round((performance.now() - begun) * 10) / 10;
      log('info', 'An event was answered', { requestId, status: answer.status, ms });
    } catch {
      response.destroy(); // the client broke off
    }
  };

  /** What neither token nor handler is needed for. */
  const tellAtOnce = (request: IncomingMessage): HttpAnswer | undefined => {
    if (isHealthCheck(request)) return toHealth(isEnding());
    return isPreflight(request) ? toPreflightAnswer(cors, request) : undefined;
  };

  return {
    answer(request, response) {
      const isLast = isEnding();
      const told = tellAtOnce(request);
      if (told) return send(response, told, { isLast });
      if (!isLast && !events.isSpent()) return void take(request, response);
      if (!isLast) log('warn', 'An event was refused: too many at once', { maxEvents });
      request.resume();
      send(response, refusedAnswer(isLast ? 'ENDING' : 'TOO_MANY'), { isLast });
    },
    end: () =>
      new Promise((resolve) => {
        whenIdle = resolve;
        if (underWay.size === 0) resolve();
      }),
  };
}

const isHealthCheck = ({ method, url }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && /^\/health(\?|$)/.test(url ?? '');

const toHealth = (isEnding: boolean): HttpAnswer => ({
  status: isEnding ? 503 : 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: Buffer.from(JSON.stringify({ status: isEnding ? 'shutting down' : 'ok' })),
});

/** Has no body, and HTTP forbids to say how long that is. */
const NO_CONTENT = 204;

type Sending = { requestId?: string /** The connection ends with it. */; isLast: boolean };

function send(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
  { requestId, isLast }: Sending,
): void {
  response.writeHead(status, {
    ...headers,
    ...(status !== NO_CONTENT && { 'content-length': body.length }),
    ...(requestId && { 'x-amzn-requestid': requestId }),
    ...(isLast && { connection: 'close' }),
  });
  response.end(status === NO_CONTENT ? undefined : body);
}
