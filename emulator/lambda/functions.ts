import type { Environments } from './environments.ts';

/** One version of a plugin; `dispose` frees its code when all environments have ended. */
export type Deployed = { environments: Environments; dispose(): Promise<void> };

/** The deployed versions by plugin. */
export type Functions<Made> = {
  /** In place of the version before, which ends when it has no more events. @throws Error as `prepare` does */
  deploy(name: string, made: Made): Promise<Deployed>;
  /** The one that takes events now, or will as soon as it is ready. */
  find(name: string): Deployed | Promise<Deployed> | undefined;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
};

export function createFunctions<Made>(prepare: (made: Made) => Promise<Deployed>): Functions<Made> {
  const current = new Map<string, Deployed>();
  const preparing = new Map<string, Promise<Deployed>>();
  const retiring = new Set<Deployed>();

  const retire = async (old: Deployed) => {
    retiring.add(old);
    await old.environments.retire();
    if (retiring.delete(old)) await old.dispose();
  };
  const swap = async (name: string, made: Made) => {
    const deployed = await prepare(made);
    const old = current.get(name);
    current.set(name, deployed);
    if (old) void retire(old);
    return deployed;
  };

  return {
    deploy(name, made) {
      const before = preparing.get(name) ?? Promise.resolve(); // the last of several stays
      const prepared = before.catch(() => undefined).then(() => swap(name, made));
      preparing.set(name, prepared);
      const forget = () => void (preparing.get(name) === prepared && preparing.delete(name));
      prepared.then(forget, forget);
      return prepared;
    },
    find: (name) => current.get(name) ?? preparing.get(name),
    async remove(name) {
      await preparing.get(name)?.catch(() => undefined);
      const deployed = current.get(name);
      current.delete(name);
      if (deployed) await end(deployed);
    },
    async close() {
      await Promise.allSettled(preparing.values());
      const all = [...current.values(), ...retiring];
      current.clear();
      retiring.clear();
      await Promise.all(all.map(end));
    },
  };
}

async function end({ environments, dispose }: Deployed): Promise<void> {
  await environments.close();
  await dispose();
}
