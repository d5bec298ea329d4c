import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Plugin, PluginInterception, State, Subscription } from '../state.ts';
import { putSubscription } from '../subscriptions.ts';
import { findInterceptedApi } from './interceptedApi.ts';

type Hooks = Pick<State, 'subscriptions' | 'transaction'>;
type Kind = Subscription['kind'];

/** Makes a plugin's subscriptions what it asks for; those of a kind for which that has not changed stay as they are. */
export function resubscribe(state: Hooks, plugin: Plugin, { endpoint, before }: ResubscribeOptions): void {
  const added = toSubscriptions(plugin, endpoint);
  for (const kind of ['interception', 'notification'] as const) {
    if (before && isDeepStrictEqual(wishesOf(before, kind), wishesOf(plugin, kind))) continue;
    for (const { id } of subscriptionsOf(state, plugin).filter((hook) => hook.kind === kind))
      state.subscriptions.delete(id);
    for (const hook of added.filter((one) => one.kind === kind)) putSubscription(state, hook);
  }
}

/** `before` is absent for a new plugin. */
type ResubscribeOptions = { endpoint: string; before?: Plugin };

export const subscriptionsOf = ({ subscriptions }: Pick<State, 'subscriptions'>, { config }: Plugin) =>
  [...subscriptions.values()].filter(({ pluginName }) => pluginName === config.name);

function wishesOf({ config }: Plugin, kind: Kind): unknown {
  const { interceptionOrder, interceptions, notifications } = config.subscriptions;
  if (config.enabledState === 'DISABLED') return [];
  return kind === 'notification'
    ? notifications
    : interceptions.map((interception) => ({ order: interceptionOrder, ...interception }));
}

function toSubscriptions({ config, lastModifiedTime }: Plugin, endpoint: string): Subscription[] {
  if (config.enabledState === 'DISABLED') return [];
  const { interceptionOrder, interceptions, notifications } = config.subscriptions;
  const shared = () => ({
    id: randomUUID(),
    pluginName: config.name,
    endpoint,
    creationTime: lastModifiedTime,
    lastModifiedTime,
  });
  return [
    ...interceptions.map((interception) => ({
      ...shared(),
      kind: 'interception' as const,
      ...toTarget(interception),
      executionOrder: interception.order ?? interceptionOrder,
    })),
    ...notifications.map((notification) => ({ ...shared(), kind: 'notification' as const, ...notification })),
  ];
}

/** The plugin API says `entityTypeName` where the dispatcher says `entityName`, and narrows an API within its id. */
const toTarget = ({ type, apiId, entityTypeName }: PluginInterception) => ({
  type,
  ...(apiId && (findInterceptedApi(apiId) ?? { apiId })),
  ...(entityTypeName && { entityName: entityTypeName }),
});
