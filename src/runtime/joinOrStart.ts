/**
 * One piece of work for any number of concurrent needs. Whoever joined work that then failed starts it once more:
 * what began while the container initialised may have been frozen in the middle of a request.
 */
export async function joinOrStart<Result>(
  inFlight: Map<string, Promise<Result>>,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const joined = inFlight.get(key);
  if (joined !== undefined) {
    try {
      return await joined;
    } catch {
      // Tried again below, and what fails there is thrown.
    }
  }
  return inFlight.get(key) ?? start(inFlight, key, work);
}

function start<Result>(
  inFlight: Map<string, Promise<Result>>,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const started = work().finally(() => inFlight.delete(key));
  inFlight.set(key, started);
  return started;
}
