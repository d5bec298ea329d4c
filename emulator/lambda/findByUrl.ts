import type { Plugin, State } from '../state.ts';

/** Finds a plugin by the id of its URL, which it has as long as it lives, without looking through all of them. */
export function createFindByUrl({ plugins }: Pick<State, 'plugins'>): (urlId: string) => Plugin | undefined {
  const names = new Map<string, string>();
  const lookUp = (urlId: string): Plugin | undefined => {
    const plugin = plugins.get(names.get(urlId) ?? '');
    return plugin?.urlId === urlId ? plugin : undefined;
  };
  return (urlId) => {
    const found = lookUp(urlId);
    if (found) return found;
    names.clear(); // of those that are gone too
    for (const [name, plugin] of plugins) names.set(plugin.urlId, name);
    return lookUp(urlId);
  };
}
