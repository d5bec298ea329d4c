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
  /** From now on each answer is the last of its connection, and health says so; events are still taken. */
  drain(): void;
  /** From now on events are refused. Resolves when those that are under way have been answered. */
  end(): Promise<void>;
};

/** Counts the events that are under way, and says how the server is. */
export function createListener({ maxEvents, cors, ...given }: ListenerOptions): Listener {
  const { log } = given;
  const events = createBudget(maxEvents);
  const options = { ...given, events, bytes: createBudget(MAX_WAITING_BYTES) };
  let underWay = 0;
  let isEnding = false;
  let whenIdle: (() => void) | undefined;

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const [begun, requestId] = [performance.now(), randomUUID()];
    const closed = new Promise<void>((resolve) => response.on('close', resolve));
    underWay += 1;
    try {
      const answer = withCors(await answerEvent(request, requestId, options), cors, request);
      send(response, answer, { requestId, isLast: isEnding });
      log('info', 'An event was answered', { requestId, status: answer.status, ms: sinceMs(begun) });
    } catch {
      response.destroy(); // the client broke off
    }
    await closed; // and the handler is done with it, also when the client has gone before
    underWay -= 1;
    if (underWay === 0) whenIdle?.();
  };

  return {
    answer(request, response) {
      const told = tellAtOnce(request, { cors, isEnding });
      if (told) return send(response, told, { isLast: isEnding });
      const hasEnded = whenIdle !== undefined;
      if (!hasEnded && !events.isSpent()) return void take(request, response);
      if (!hasEnded) log('warn', 'An event was refused: too many at once', { maxEvents });
      request.resume();
      send(response, refusedAnswer(hasEnded ? 'ENDING' : 'TOO_MANY'), { isLast: isEnding });
    },
    drain() {
      isEnding = true;
    },
    end: () =>
      new Promise((resolve) => {
        isEnding = true;
        whenIdle = resolve;
        if (underWay === 0) resolve();
      }),
  };
}

/** What neither token nor handler is needed for. */
function tellAtOnce(
  request: IncomingMessage,
  { cors, isEnding }: { cors: Cors; isEnding: boolean },
): HttpAnswer | undefined {
  if (isHealthCheck(request)) return toHealth(isEnding);
  return isPreflight(request) ? toPreflightAnswer(cors, request) : undefined;
}

/** Milliseconds to one digit. */
const sinceMs = (begun: number): number => Math.round((performance.now() - begun) * 10) / 10;

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
