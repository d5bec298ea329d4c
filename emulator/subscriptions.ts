import type { State, Subscription } from './state.ts';

/** Of an interception that comes without one. BioT's own is not published; the plugin API's `interceptionOrder` has it. */
export const DEFAULT_ORDER = 1;

type Interception = Subscription & { kind: 'interception' };

/**
 * Adds a subscription, or replaces the one with its id. For one API and type no two execution orders are the same: the
 * newer one gets the order it asks for, the holder moves back by one, and so on while that one collides in turn.
 */
export function putSubscription(
  state: Pick<State, 'subscriptions' | 'transaction'>,
  added: Subscription,
): void {
  state.transaction(() => {
    const holder = added.kind === 'interception' ? findHolder(state, added) : undefined;
    state.subscriptions.set(added.id, added);
    if (holder) putSubscription(state, { ...holder, executionOrder: holder.executionOrder + 1 });
  });
}

const findHolder = (
  { subscriptions }: Pick<State, 'subscriptions'>,
  added: Interception,
): Interception | undefined =>
  [...subscriptions.values()].find(
    (other): other is Interception =>
      other.id !== added.id &&
      other.kind === 'interception' &&
      isAtSamePlace(other, added) &&
      other.executionOrder === added.executionOrder,
  );

const isAtSamePlace = (a: Interception, b: Interception): boolean =>
  a.type === b.type && a.apiId === b.apiId && a.entityName === b.entityName;
