import type { FastifyReply } from 'fastify';

/** Of an event's JSON, all that stands around the body included. */
export const MAX_EVENT_BYTES = 6_291_456;

// The last two as the Invoke API words them: what a URL says is not published.
const REFUSALS = {
  UNKNOWN: { status: 403, type: 'AccessDeniedException', body: { Message: null } },
  TOO_LARGE: {
    status: 413,
    type: 'RequestEntityTooLargeException',
    body: {
      Type: 'User',
      message: `Request must be smaller than ${MAX_EVENT_BYTES} bytes for the InvokeFunction operation`,
    },
  },
  THROTTLED: {
    status: 429,
    type: 'TooManyRequestsException',
    body: {
      ...{ Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
      message: 'Rate Exceeded.',
    },
  },
} as const;

/** What the front answers itself, without the function. */
export function refuse(reply: FastifyReply, why: keyof typeof REFUSALS): FastifyReply {
  const { status, type, body } = REFUSALS[why];
  return reply.code(status).header('x-amzn-errortype', type).send(body);
}
