import type { Plugin, State, Subscription } from '../state.ts';

/** A deployed plugin's is where this emulator stands now, which may have been elsewhere when it was subscribed. */
export function endpointOf(
  { pluginName, endpoint }: Subscription,
  { state, endpointUrlOf }: { state: Pick<State, 'plugins'>; endpointUrlOf(plugin: Plugin): string },
): string {
  const plugin = pluginName === undefined ? undefined : state.plugins.get(pluginName);
  return plugin ? endpointUrlOf(plugin) : endpoint;
}
