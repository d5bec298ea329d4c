import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { State, Subscription } from '../state.ts';
import { DEFAULT_ORDER, putSubscription } from '../subscriptions.ts';
import type { WantedInterception, WantedNotification } from './parseSubscription.ts';

export type SubscriptionServiceOptions = {
  state: Pick<State, 'subscriptions' | 'transaction'>;
  clock: Clock;
};

/** As BioT answers and lists it; notifications have no dates in BioT's API. */
export type Row = Record<string, unknown>;

/** @throws BiotError 409: that it is one BioT says, but not its code, so that is assumed */
export function subscribeNotification(options: SubscriptionServiceOptions, wanted: WantedNotification): Row {
  if (findSame(options, wanted)) {
    throw new BiotError({
      status: 409,
      code: 'SUBSCRIBER_ALREADY_EXISTS',
      message: 'The endpoint is subscribed to this already',
      details: toDetails(wanted),
    });
  }
  const now = options.clock.now().toISOString();
  return toRow(put(options, { ...wanted, id: randomUUID(), creationTime: now, lastModifiedTime: now }));
}

/** One that is there already gets the new order, if one is sent. */
export function subscribeInterception(options: SubscriptionServiceOptions, wanted: WantedInterception): Row {
  const now = options.clock.now().toISOString();
  const same = findSame(options, wanted) as (Subscription & { kind: 'interception' }) | undefined;
  const added = { executionOrder: DEFAULT_ORDER, ...wanted, id: randomUUID(), creationTime: now };
  const { executionOrder = same?.executionOrder } = wanted;
  const again = same && executionOrder !== undefined && { ...same, executionOrder };
  return toRow(put(options, { ...(again || added), lastModifiedTime: now }));
}

/** @throws BiotError 404 SUBSCRIBER_NOT_FOUND */
export function unsubscribeNotification(
  options: SubscriptionServiceOptions,
  wanted: WantedNotification,
): undefined {
  const same = findSame(options, wanted);
  if (same) return void options.state.subscriptions.delete(same.id);
  throw new BiotError({
    status: 404,
    code: 'SUBSCRIBER_NOT_FOUND',
    message: 'The endpoint is not subscribed to this',
    details: toDetails(wanted),
  });
}

/** BioT documents no refusal of one that is not there. */
export function unsubscribeInterception(
  options: SubscriptionServiceOptions,
  wanted: WantedInterception,
): undefined {
  const same = findSame(options, wanted);
  if (same) options.state.subscriptions.delete(same.id);
  return undefined;
}

/** All of a kind, those of deployed plugins too. */
export function toRows(options: SubscriptionServiceOptions, kind: Subscription['kind']): Row[] {
  const all = [...options.state.subscriptions.values()];
  return all.filter((subscription) => subscription.kind === kind).map((found) => toRow(found));
}

function put({ state }: SubscriptionServiceOptions, subscription: Subscription): Subscription {
  putSubscription(state, subscription);
  return subscription;
}

function toRow(subscription: Subscription): Row {
  const { kind, pluginName, creationTime, lastModifiedTime, ...row } = subscription;
  return { ...row, ...(kind === 'interception' && { creationTime, lastModifiedTime }) };
}

function findSame(
  options: SubscriptionServiceOptions,
  wanted: WantedNotification | WantedInterception,
): Subscription | undefined {
  const key = toKey(wanted);
  return [...options.state.subscriptions.values()].find((other) => isDeepStrictEqual(toKey(other), key));
}

/** What makes two subscriptions the same. */
function toKey(of: WantedNotification | WantedInterception | Subscription): unknown[] {
  const { kind, endpoint } = of;
  if (kind === 'notification') return [endpoint, of.entityTypeName, of.actionName, of.templateName];
  return [endpoint, of.type, of.apiId, of.entityName, of.pathFilters ?? {}];
}

const toDetails = ({ entityTypeName, actionName, endpoint, templateName }: WantedNotification) => ({
  ...{ entityTypeName, actionName, endpoint },
  templateName: templateName ?? null,
});
