import type { Interception, Subscription } from '../dispatcherApi.ts';
import { toInterceptedApi } from './interceptedApi.ts';
import { identityOf, placeOf } from './wantedSubscriptions.ts';

export type EndpointChange =
  | { action: 'unsubscribe'; subscription: Subscription }
  | { action: 'subscribe'; subscription: Subscription }
  | { action: 'reorder'; subscription: Interception; from: number | undefined };

export type EndpointPlan = {
  /** In the order in which they are to be made. */
  changes: EndpointChange[];
  /** Whose order BioT changes, because one of ours takes it. */
  moved: { subscription: Interception; to: number }[];
  /** Of this endpoint, and no longer named; removed only when that is allowed. */
  kept: Subscription[];
  unchanged: Subscription[];
};

export type PlanOptions = {
  wanted: Subscription[];
  /** Of all endpoints. */
  existing: Subscription[];
  endpoint: string;
  allowDeletes: boolean;
};

/** What is to be done so that BioT calls the endpoint for what is wanted. Done twice, the second plan is empty. */
export function planEndpoint({ wanted, existing, endpoint, allowDeletes }: PlanOptions): EndpointPlan {
  const names = new Set(wanted.map(identityOf));
  const unnamed = ofEndpoint(existing, endpoint).filter((each) => !names.has(identityOf(each)));
  const removed = allowDeletes ? unnamed : [];
  const staying = existing.filter((each) => !removed.includes(each));

  const orders = createOrders(staying);
  const known = new Set(staying.map(identityOf));
  const unchanged: Subscription[] = [];
  const changes: EndpointChange[] = [];
  // From the front on, as placing one may push back all that stand behind it.
  for (const subscription of wanted.toSorted((a, b) => orderOf(a) - orderOf(b))) {
    const change = toChange(subscription, { known, orders });
    if (change) changes.push(change);
    else unchanged.push(subscription);
  }
  return {
    changes: [
      ...removed.map((subscription) => ({ action: 'unsubscribe', subscription }) as const),
      ...changes,
    ],
    moved: orders.moved().filter(({ subscription }) => !names.has(identityOf(subscription))),
    kept: allowDeletes ? [] : unnamed,
    unchanged,
  };
}

/** Those of one endpoint, however its address is written. */
export function ofEndpoint(subscriptions: Subscription[], endpoint: string): Subscription[] {
  const href = URL.parse(endpoint)?.href;
  return subscriptions.filter((each) => URL.parse(each.endpoint)?.href === href);
}

/** BioT may tell of a value in a path as a filter, or within the API's id. */
export function withPathFilters(subscription: Subscription, apiIds: string[]): Subscription {
  if (subscription.kind === 'notification' || !subscription.apiId) return subscription;
  const api = toInterceptedApi(subscription.apiId, apiIds);
  const pathFilters = { ...api.pathFilters, ...subscription.pathFilters };
  return { ...subscription, ...api, ...(Object.keys(pathFilters).length > 0 && { pathFilters }) };
}

const orderOf = (subscription: Subscription): number =>
  subscription.kind === 'interception' ? (subscription.executionOrder ?? 0) : 0;

type Placing = { known: Set<string>; orders: Orders };

function toChange(subscription: Subscription, { known, orders }: Placing): EndpointChange | undefined {
  const isKnown = known.has(identityOf(subscription));
  if (subscription.kind === 'notification') {
    return isKnown ? undefined : { action: 'subscribe', subscription };
  }
  const from = orders.of(subscription);
  if (isKnown && from === subscription.executionOrder) return undefined;
  orders.place(subscription);
  return isKnown ? { action: 'reorder', subscription, from } : { action: 'subscribe', subscription };
}

type Slot = { subscription: Interception; order: number | undefined };

/** What BioT does with orders: a newer one gets the order it asks for, its holder the next, and so on. */
type Orders = {
  of(subscription: Interception): number | undefined;
  place(subscription: Interception): void;
  moved(): { subscription: Interception; to: number }[];
};

function createOrders(existing: Subscription[]): Orders {
  const slots = new Map<string, Slot>();
  for (const each of existing)
    if (each.kind === 'interception')
      slots.set(identityOf(each), { subscription: each, order: each.executionOrder });
  return {
    of: (subscription) => slots.get(identityOf(subscription))?.order,
    place(subscription) {
      const own = identityOf(subscription);
      const others = [...slots].filter(
        ([id, slot]) => id !== own && placeOf(slot.subscription) === placeOf(subscription),
      );
      const inTheWay: Slot[] = [];
      for (let order = subscription.executionOrder ?? 0; ; order += 1) {
        const holder = others.find(([, slot]) => slot.order === order)?.[1];
        if (!holder) break;
        inTheWay.push(holder);
      }
      for (const holder of inTheWay) holder.order = (holder.order ?? 0) + 1;
      slots.set(own, { subscription, order: subscription.executionOrder });
    },
    moved: () =>
      [...slots.values()].flatMap(({ subscription, order }) =>
        order === undefined || order === subscription.executionOrder ? [] : [{ subscription, to: order }],
      ),
  };
}
