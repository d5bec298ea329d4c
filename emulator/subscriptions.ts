import type { State, Subscription } from './state.ts';

/**
 * Adds a subscription. For one API and type no two execution orders are the same: the newer one gets the order it
 * asks for, the holder moves back by one, and so on while that one collides in turn.
 */
export function addSubscription({ subscriptions }: Pick<State, 'subscriptions'>, added: Subscription): void {
  if (added.kind === 'interception') makeRoom(subscriptions, added);
  subscriptions.push(added);
}

type Interception = Subscription & { kind: 'interception' };

function makeRoom(subscriptions: Subscription[], added: Interception): void {
  const holder = subscriptions.find(
    (other): other is Interception =>
      other !== added &&
      other.kind === 'interception' &&
      isAtSamePlace(other, added) &&
      other.order === added.order,
  );
  if (!holder) return;
  holder.order += 1;
  makeRoom(subscriptions, holder);
}

const isAtSamePlace = (a: Interception, b: Interception): boolean =>
  a.type === b.type && a.apiId === b.apiId && a.entityName === b.entityName;
