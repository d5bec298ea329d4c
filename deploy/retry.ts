import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, Failure } from './failure.ts';

const TRIES = 5;
const FIRST_WAIT_MS = 500;
/** Nobody is left to wait longer than this without being asked. */
const LONGEST_WAIT_MS = 60_000;

/** What may be over when it is tried again. */
export type Passing = {
  /** Like `BioT is overloaded (503)`. */
  reason: string;
  /** What the server wants to be waited for. */
  retryAfterMs?: number;
};

export type RetryOptions = {
  /** Ends a wait at once. */
  signal?: AbortSignal | undefined;
  /** Told before each wait. */
  onRetry?: ((line: string) => void) | undefined;
  /** The two below are for tests. */
  wait?(ms: number, signal: AbortSignal | undefined): Promise<unknown>;
  random?(): number;
};

/**
 * Does it up to five times, as long as `toPassing` takes its error for a passing one: after half a second, then each
 * time after twice as long, or after what the server asked for, and each time by chance a bit earlier, so that those
 * who failed together do not come back together. @throws its last error, or Failure when the server asks for more than a minute
 */
export async function retry<Result>(
  work: () => Promise<Result>,
  toPassing: (error: unknown) => Passing | undefined,
  options: RetryOptions,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      options.signal?.throwIfAborted();
      const passing = tries < TRIES ? toPassing(error) : undefined;
      if (!passing) throw error;
      await waitFor(passing, tries, options);
    }
  }
}

async function waitFor({ reason, retryAfterMs = 0 }: Passing, tries: number, options: RetryOptions) {
  const { signal, onRetry, random = Math.random, wait = waitMs } = options;
  if (retryAfterMs > LONGEST_WAIT_MS) throw asksForPatience(reason, retryAfterMs);
  const ownMs = FIRST_WAIT_MS * 2 ** (tries - 1) * (1 - random() / 2);
  const ms = Math.round(Math.max(retryAfterMs, ownMs));
  onRetry?.(`${reason}; trying again in ${(ms / 1000).toFixed(1)} s (try ${tries + 1} of ${TRIES})`);
  await wait(ms, signal);
}

const waitMs = (ms: number, signal: AbortSignal | undefined) =>
  delay(ms, undefined, signal ? { signal } : {});

const asksForPatience = (reason: string, ms: number) =>
  new Failure({
    code: 'RETRY_LATER',
    exitCode: EXIT.failed,
    message: `${reason}, and asks to be left alone for ${Math.ceil(ms / 1000)} s`,
    cure: 'Run the command again after that time.',
  });

/** The milliseconds of a `Retry-After` header, which says seconds or a date; undefined for anything else. */
export function parseRetryAfter(header: string | undefined, now = new Date()): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
