import type { PluginCode, State } from '../state.ts';

/** Code on its way into a plugin; `zip` when its bytes are not kept yet. */
export type NewCode = { code: PluginCode; zip?: Buffer };

/** Keeps the bytes of ZIPs for as long as a plugin has them, or a call that is still under way. */
export type CodeShelf = {
  hold<Result>(newCode: NewCode, work: () => Promise<Result>): Promise<Result>;
  isUsed(digest: string): boolean;
};

export function createCodeShelf({ plugins, zips }: Pick<State, 'plugins' | 'zips'>): CodeShelf {
  const held = new Set<NewCode>();
  const isUsed = (digest: string) =>
    [...held, ...plugins.values()].some(({ code }) => code.digest === digest);
  const sweep = () => {
    for (const digest of [...zips.keys()]) if (!isUsed(digest)) zips.delete(digest);
  };
  return {
    isUsed,
    async hold(newCode, work) {
      const { code, zip } = newCode;
      held.add(newCode);
      try {
        if (zip && !zips.has(code.digest)) zips.set(code.digest, zip);
        return await work();
      } finally {
        held.delete(newCode);
        sweep();
      }
    },
  };
}
