/** A time limit. */
export type Limit = { reached: Promise<'limit'>; stop(): void };

/** Without seconds there is none. */
export function startLimit(seconds: number | undefined): Limit {
  const { promise, resolve } = Promise.withResolvers<'limit'>();
  const timer = seconds === undefined ? undefined : setTimeout(() => resolve('limit'), seconds * 1000);
  return { reached: promise, stop: () => clearTimeout(timer) };
}
