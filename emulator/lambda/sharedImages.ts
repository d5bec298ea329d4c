/** Images by their references, each used by any number of functions. */
export type SharedImages = {
  /** Before it is fetched; waits until the engine has forgotten it, where it is just about to. */
  use(reference: string): Promise<void>;
  /** The last one that no longer uses it takes the name away. */
  release(reference: string): Promise<void>;
};

export function createSharedImages(forget: (reference: string) => Promise<unknown>): SharedImages {
  const users = new Map<string, number>();
  const leaving = new Map<string, Promise<unknown>>();
  return {
    async use(reference) {
      users.set(reference, (users.get(reference) ?? 0) + 1);
      await leaving.get(reference);
    },
    async release(reference) {
      const left = (users.get(reference) ?? 1) - 1;
      users.set(reference, left);
      if (left > 0) return;
      users.delete(reference);
      const forgotten = forget(reference).catch(() => undefined);
      leaving.set(reference, forgotten);
      await forgotten;
      if (leaving.get(reference) === forgotten) leaving.delete(reference);
    },
  };
}
