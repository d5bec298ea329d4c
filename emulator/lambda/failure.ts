import type { Breakdown } from './lambdaLog.ts';
import type { InitEnd } from './runtime.ts';
import type { Exit } from './sandbox.ts';

/** A failed event: what its caller is told, as JSON text, and what Lambda writes of it into the log. */
export type Failure = { payload: string; lines: string[]; breakdown: Breakdown };

type Ids = { requestId: string };

// The payloads as recorded on AWS.
export function toExitFailure({ requestId }: Ids, exit: Exit): Failure {
  const { reason } = exit;
  const errorType = exit.errorType === 'Runtime.OutOfMemory' ? EXIT_ERROR : (exit.errorType ?? EXIT_ERROR);
  const exited = `Runtime exited ${reason ? `with error: ${reason}` : 'without providing a reason'}`;
  const text = `RequestId: ${requestId} Error: ${errorType === EXIT_ERROR ? exited : reason}`;
  return { payload: toPayload(errorType, text), lines: [text, errorType], breakdown: toBreakdown(exit) };
}

export function toTimeoutFailure({ requestId }: Ids, seconds: number, now: Date): Failure {
  const text = `Task timed out after ${seconds.toFixed(2)} seconds`;
  return {
    payload: toPayload('Sandbox.Timedout', `RequestId: ${requestId} Error: ${text}`),
    lines: [`${now.toISOString()} ${requestId} ${text}`],
    breakdown: { status: 'timeout' },
  };
}

/** Of an initialisation that ended otherwise than ready, or came to its limit. */
export function toInitBreakdown(end: InitEnd | 'limit'): Breakdown {
  if (end === 'limit') return { status: 'timeout' };
  if (end.kind === 'exited') return toBreakdown(end.exit);
  const named = end.kind === 'error' ? end.errorType : undefined;
  return { status: 'error', errorType: named ?? 'Runtime.Unknown' };
}

const EXIT_ERROR = 'Runtime.ExitError';

const toBreakdown = ({ errorType }: Exit): Breakdown => ({
  status: 'error',
  errorType: errorType ?? EXIT_ERROR,
});

const toPayload = (errorType: string, errorMessage: string): string =>
  JSON.stringify({ errorType, errorMessage });
