const QUIET_MS = 40;

export type Rounds = {
  /** A round is due: as soon as nobody has asked for one for 40 ms. */
  ask(): void;
  /** A round at once; resolves at its end. */
  now(): Promise<void>;
  /** No round begins any more; resolves when the last one has ended. */
  stop(): Promise<void>;
};

/** Does the work in rounds, never two at once. What is asked for during a round makes one more. `askedAt` is epoch ms. */
export function createRounds(work: (askedAt: number) => Promise<void>): Rounds {
  const asked: { at?: number } = {};
  let timer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  const run = async () => {
    const { at } = asked;
    delete asked.at;
    if (at !== undefined) await work(at);
  };
  return {
    ask() {
      asked.at ??= Date.now();
      clearTimeout(timer);
      timer = setTimeout(() => {
        last = last.then(run);
      }, QUIET_MS);
    },
    now() {
      asked.at ??= Date.now();
      last = last.then(run);
      return last;
    },
    stop() {
      clearTimeout(timer);
      delete asked.at;
      return last;
    },
  };
}
