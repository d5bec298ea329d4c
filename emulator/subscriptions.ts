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
    const inTheWay = added.kind === 'interception' ? findInTheWay(state, added) : [];
    state.subscriptions.set(added.id, added);
    for (const holder of inTheWay)
      state.subscriptions.set(holder.id, { ...holder, executionOrder: holder.executionOrder + 1 });
  });
}

/** The holder of the order, and those that it and the next ones would collide with. */
function findInTheWay({ subscriptions }: Pick<State, 'subscriptions'>, added: Interception): Interception[] {
  const holders = new Map<number, Interception>();
  for (const other of subscriptions.values())
    if (other.id !== added.id && other.kind === 'interception' && isAtSamePlace(other, added))
      holders.set(other.executionOrder, other);
  const found: Interception[] = [];
  for (let order = added.executionOrder; ; order += 1) {
    const holder = holders.get(order);
    if (!holder) return found;
    found.push(holder);
  }
}

const isAtSamePlace = (a: Interception, b: Interception): boolean =>
  a.type === b.type && a.apiId === b.apiId && a.entityName === b.entityName;
