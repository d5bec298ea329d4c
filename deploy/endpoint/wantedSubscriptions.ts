import type { Interception, Notification, Subscription } from '../dispatcherApi.ts';
import type {
  Interception as FileInterception,
  Notification as FileNotification,
  Subscriptions as FileSubscriptions,
} from '../pluginFile.ts';
import { toInterceptedApi } from './interceptedApi.ts';

/** The plugin API's default of `interceptionOrder`. */
const DEFAULT_ORDER = 1;

/** Where the hooks are to be, and BioT's list of the APIs that can be intercepted. */
export type WantedAt = { endpoint: string; apiIds: string[] };

/** What plugin.json asks the plugin API for, as the dispatcher calls it; each once. */
export function toWantedSubscriptions(file: FileSubscriptions, at: WantedAt): Subscription[] {
  const { interceptionOrder = DEFAULT_ORDER, interceptions = [], notifications = [] } = file;
  const { endpoint } = at;
  const asked = interceptions.map((each) =>
    toInterception({ ...each, order: each.order ?? interceptionOrder }, at),
  );
  const told = notifications.map((each) => toNotification(each, endpoint));
  return once([...giveWay(once(asked)), ...told]);
}

function toInterception(
  { type, apiId, entityTypeName, order }: FileInterception & { order: number },
  at: WantedAt,
): Interception {
  return {
    kind: 'interception',
    endpoint: at.endpoint,
    type,
    ...(apiId && toInterceptedApi(apiId, at.apiIds)),
    ...(entityTypeName && { entityName: entityTypeName }),
    executionOrder: order,
  };
}

const toNotification = (
  { entityTypeName, actionName, templateName }: FileNotification,
  endpoint: string,
): Notification => ({
  kind: 'notification',
  ...{ endpoint, entityTypeName, actionName },
  ...(templateName && { templateName }),
});

/** For one API and type no two orders are the same: of two that ask for one, the later in the file gets the next. */
function giveWay(interceptions: Interception[]): Interception[] {
  const taken = new Set<string>();
  return interceptions.map((interception) => {
    let order = interception.executionOrder ?? DEFAULT_ORDER;
    while (taken.has(`${placeOf(interception)} ${order}`)) order += 1;
    taken.add(`${placeOf(interception)} ${order}`);
    return { ...interception, executionOrder: order };
  });
}

/** Where orders count: they are unique among the subscriptions of one place. */
export const placeOf = ({ type, apiId, entityName }: Interception): string =>
  [type, apiId, entityName].join(' ');

/** What makes two subscriptions the same one; the order does not. */
export function identityOf(subscription: Subscription): string {
  const endpoint = URL.parse(subscription.endpoint)?.href ?? subscription.endpoint;
  if (subscription.kind === 'notification') {
    const { entityTypeName, actionName, templateName = '' } = subscription;
    return [endpoint, 'notification', entityTypeName, actionName, templateName].join(' ');
  }
  const filters = Object.entries(subscription.pathFilters ?? {}).sort();
  return [endpoint, placeOf(subscription), JSON.stringify(filters)].join(' ');
}

function once<Item extends Subscription>(subscriptions: Item[]): Item[] {
  const byIdentity = new Map(subscriptions.map((each) => [identityOf(each), each]));
  return [...byIdentity.values()];
}
