import type { IncomingMessage } from 'node:http';
import type { ServerLog } from './log.ts';
import { readBody } from './readBody.ts';
import { failedAnswer, type HttpAnswer, toAnswer } from './toAnswer.ts';
import { MAX_EVENT_BYTES, toEvent } from './toEvent.ts';

/** A Lambda handler. Several events are in it at once, so it keeps nothing of an event outside of its call. */
export type Handler = (event: unknown, context: HandlerContext) => Promise<unknown>;

export type HandlerContext = { awsRequestId: string; getRemainingTimeInMillis(): number };

export type AnswerOptions = { handler: Handler; timeoutSeconds: number; log: ServerLog };

/** One request through the handler. @throws Error when the client breaks off */
export async function answerEvent(
  request: IncomingMessage,
  requestId: string,
  options: AnswerOptions,
): Promise<HttpAnswer> {
  const body = await readBody(request, MAX_EVENT_BYTES);
  const event = body && toEvent(request, body, requestId);
  if (!event || Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) return refusedAnswer('TOO_LARGE');
  return callHandler(event, requestId, options);
}

async function callHandler(
  event: object,
  awsRequestId: string,
  { handler, timeoutSeconds, log }: AnswerOptions,
): Promise<HttpAnswer> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
  try {
    return toAnswer(await handler(event, { awsRequestId, getRemainingTimeInMillis }));
  } catch (error) {
    const { name, stack } = error instanceof Error ? error : new Error(typeof error);
    // The message may quote the event; where it happened does not.
    const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
    log('error', 'The handler threw', { requestId: awsRequestId, name, stack: frames?.join('\n') });
    return failedAnswer();
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
