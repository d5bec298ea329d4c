import { PluginError } from './errors.ts';

/**
 * One piece of work for any number of concurrent needs. Whoever joined work that then failed starts it once more:
 * what began while the container initialised may have been frozen in the middle of a request. And a TIMEOUT of work that was
 * joined is another event's, whose time was over.
 */
export async function joinOrStart<Result>(
  inFlight: Map<string, Promise<Result>>,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let isFirst = true; ; isFirst = false) {
    const joined = inFlight.get(key);
    if (joined === undefined) return start(inFlight, key, work);
    try {
      return await joined;
    } catch (error) {
      if (!isFirst && !isTimeout(error)) throw error;
    }
  }
}

const isTimeout = (error: unknown): boolean => error instanceof PluginError && error.code === 'TIMEOUT';

function start<Result>(
  inFlight: Map<string, Promise<Result>>,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const started = work().finally(() => inFlight.delete(key));
  inFlight.set(key, started);
  return started;
}
