import { PluginError } from './errors.ts';

const DEFAULT_TIME_MS = 60_000;
const MAX_MARGIN_MS = 1_000;

/** What this project uses of Lambda's context. */
export type LambdaContext = { awsRequestId?: string; getRemainingTimeInMillis?(): number };

/** When the plugin must have answered (epoch ms): a tenth of the time, at most a second, before Lambda kills it. */
export function deadlineOf(context: LambdaContext | undefined, now: number): number {
  const told = context?.getRemainingTimeInMillis?.();
  const remaining = Number.isFinite(told) ? Number(told) : DEFAULT_TIME_MS;
  return now + remaining - Math.min(MAX_MARGIN_MS, remaining / 10);
}

/**
 * The work's result, if it comes before the deadline.
 * @throws PluginError TIMEOUT. The work itself goes on; what it throws later is dropped.
 */
export async function beforeDeadline<Result>(deadline: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PluginError('TIMEOUT')), Math.max(0, deadline - Date.now()));
  });

  try {
    return await Promise.race([work(), expired]);
  } finally {
    clearTimeout(timer);
  }
}
