import type { Plugin } from '../state.ts';
import { putSubscription } from '../subscriptions.ts';
import { awsException } from './awsException.ts';
import { subscriptionsOf } from './hookSubscriptions.ts';
import { findPlugin, type Plugins, rollBack, withoutPrefix } from './plugins.ts';

/** Plugin, service user, subscriptions and code in one go; all is back when the code cannot be removed. @throws BiotError */
export async function deletePlugin(plugins: Plugins, name: string): Promise<void> {
  await plugins.inTurn(withoutPrefix(name), async () => {
    const plugin = findPlugin(plugins.state, name);
    if (plugin.code.kind === 'IMAGE') return unmake(plugins, plugin);
    return plugins.shelf.hold({ code: plugin.code }, () => unmake(plugins, plugin));
  });
}

async function unmake(plugins: Plugins, plugin: Plugin): Promise<void> {
  const { kind, digest } = plugin.code;
  const restore = forget(plugins, plugin);
  try {
    await plugins.remove(plugin);
    if (kind === 'IMAGE' && !plugins.shelf.isUsed(digest)) await plugins.forgetImage(digest);
  } catch (cause) {
    await rollBack('deletePlugin', restore);
    throw awsException('The function could not be removed', cause);
  }
}

/** Returns how to get it all back. */
function forget({ state }: Plugins, plugin: Plugin): () => void {
  const subscriptions = subscriptionsOf(state, plugin);
  const serviceUser = state.serviceUsers.get(plugin.serviceUserId);
  state.transaction(() => {
    state.plugins.delete(plugin.config.name);
    state.serviceUsers.delete(plugin.serviceUserId);
    for (const { id } of subscriptions) state.subscriptions.delete(id);
  });
  return () =>
    state.transaction(() => {
      state.plugins.set(plugin.config.name, plugin);
      if (serviceUser) state.serviceUsers.set(serviceUser.id, serviceUser);
      for (const subscription of subscriptions) putSubscription(state, subscription);
    });
}
