const PATIENCE_MS = 20;

export type Freezer = {
  /** Returns at once: the container stops a little later, unless `thaw` comes before. */
  freeze(): void;
  /** Resolves when it runs. */
  thaw(): Promise<void>;
  /** Resolves when it runs, and will not be stopped any more: what is frozen does not die of a kill. */
  end(): Promise<void>;
};

/**
 * Pausing and resuming a container takes the engine tens of milliseconds each. So it is done while nobody waits, and
 * not at all between events that follow each other at once.
 */
export function createFreezer(pause: () => Promise<unknown>, resume: () => Promise<unknown>): Freezer {
  const current = { shouldBeFrozen: false, isFrozen: false, isEnding: false };
  let work = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const settle = () => {
    work = work.then(async () => {
      const { shouldBeFrozen } = current;
      if (shouldBeFrozen === current.isFrozen) return;
      await (shouldBeFrozen ? pause() : resume()).catch(() => undefined); // it has ended
      current.isFrozen = shouldBeFrozen;
    });
    return work;
  };

  const thaw = () => {
    current.shouldBeFrozen = false;
    clearTimeout(timer);
    return settle();
  };

  return {
    freeze() {
      if (current.isEnding) return;
      current.shouldBeFrozen = true;
      clearTimeout(timer);
      timer = setTimeout(settle, PATIENCE_MS).unref();
    },
    thaw,
    end() {
      current.isEnding = true;
      return thaw();
    },
  };
}
