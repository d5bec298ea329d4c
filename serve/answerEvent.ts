import type { IncomingMessage } from 'node:http';
import type { Budget } from './createBudget.ts';
import type { ServerLog } from './log.ts';
import { readBody } from './readBody.ts';
import { failedAnswer, type HttpAnswer, toAnswer } from './toAnswer.ts';
import { MAX_EVENT_BYTES, toEvent } from './toEvent.ts';

/** A Lambda handler. Several events are in it at once, so it keeps nothing of an event outside of its call. */
export type Handler = (event: unknown, context: HandlerContext) => Promise<unknown>;

export type HandlerContext = { awsRequestId: string; getRemainingTimeInMillis(): number };

export type AnswerOptions = {
  handler: Handler;
  timeoutSeconds: number;
  log: ServerLog;
  /** Of events in the handler. */
  events: Budget;
  /** Of events that are still coming. */
  bytes: Budget;
};

/** One request through the handler. @throws Error when the client breaks off */
export async function answerEvent(
  request: IncomingMessage,
  requestId: string,
  options: AnswerOptions,
): Promise<HttpAnswer> {
  const { events, bytes } = options;
  const body = await readBody(request, { maxBytes: MAX_EVENT_BYTES, budget: bytes });
  if (typeof body === 'string') return refusedAnswer(body);
  const event = toEvent(request, body, requestId);
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) return refusedAnswer('TOO_LARGE');
  // Only now: who sends slowly, or never ends, takes nobody's place.
  if (!events.take(1)) return refusedAnswer('TOO_MANY');
  try {
    return await callHandler(event, requestId, options);
  } finally {
    events.give(1);
  }
}

async function callHandler(
  event: object,
  awsRequestId: string,
  { handler, timeoutSeconds, log }: AnswerOptions,
): Promise<HttpAnswer> {
  const limitMs = timeoutSeconds * 1000;
  const deadline = Date.now() + limitMs;
  const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
  try {
    const result = await inTime(handler(event, { awsRequestId, getRemainingTimeInMillis }), limitMs);
    if (result !== OVERDUE) return toAnswer(result);
    log('error', 'The handler took too long', { requestId: awsRequestId, timeoutSeconds });
    return failedAnswer();
  } catch (error) {
    const { name, stack } = error instanceof Error ? error : new Error(typeof error);
    // The message may quote the event; where it happened does not.
    const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
    log('error', 'The handler threw', { requestId: awsRequestId, name, stack: frames?.join('\n') });
    return failedAnswer();
  }
}

const OVERDUE = Symbol('overdue');

/** Its result, if that comes in time. Lambda would end it then; here it goes on, and nobody waits for it. */
async function inTime<Result>(work: Promise<Result>, limitMs: number): Promise<Result | typeof OVERDUE> {
  const { promise: expired, resolve } = Promise.withResolvers<typeof OVERDUE>();
  const timer = setTimeout(() => resolve(OVERDUE), limitMs);
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}

// As Lambda's front says them.
const REFUSALS = {
  TOO_LARGE: {
    status: 413,
    type: 'RequestEntityTooLargeException',
    message: `Request must be smaller than ${MAX_EVENT_BYTES} bytes`,
  },
  TOO_MANY: { status: 429, type: 'TooManyRequestsException', message: 'Rate Exceeded.' },
  ENDING: { status: 503, type: 'ServiceUnavailableException', message: 'The server is shutting down.' },
} as const;

export function refusedAnswer(why: keyof typeof REFUSALS): HttpAnswer {
  const { status, type, message } = REFUSALS[why];
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': type,
      ...(why !== 'TOO_LARGE' && { 'retry-after': '1' }),
    },
    body: Buffer.from(JSON.stringify({ message })),
  };
}
