import { createState, type Subscription } from '../../emulator/state.ts';
import { openStore } from '../../emulator/store.ts';
import { putSubscription } from '../../emulator/subscriptions.ts';
import { interception, notification } from '../builders/dispatcher.ts';

const newState = () => createState(openStore(undefined));

const orders = ({ subscriptions }: { subscriptions: Map<string, Subscription> }) =>
  [...subscriptions.values()]
    .filter((each) => each.kind === 'interception')
    .sort((a, b) => a.executionOrder - b.executionOrder)
    .map(({ id, executionOrder }) => `${id} ${executionOrder}`);

describe('putSubscription', () => {
  const at = (id: string, executionOrder: number, overrides = {}) =>
    interception('https://example.com', { id, executionOrder, ...overrides });

  it('gives the newer one the order it asks for, and the holders the next ones while they collide', () => {
    const state = newState();
    for (const each of [at('a', 1), at('b', 2), at('c', 3), at('d', 5)]) putSubscription(state, each);

    putSubscription(state, at('new', 1));

    expect(orders(state)).toEqual(['new 1', 'a 2', 'b 3', 'c 4', 'd 5']);
  });

  it('moves ten thousand of them', () => {
    const state = newState();
    for (let order = 1; order <= 10_000; order += 1)
      state.subscriptions.set(`${order}`, at(`${order}`, order));

    putSubscription(state, at('new', 1));

    const moved = Array.from({ length: 10_000 }, (_, i) => `${i + 1} ${i + 2}`);
    expect(orders(state)).toEqual(['new 1', ...moved]);
  });

  it('replaces one of the same id', () => {
    const state = newState();
    for (const each of [at('a', 1), at('b', 2)]) putSubscription(state, each);

    putSubscription(state, at('b', 1));

    expect(orders(state)).toEqual(['b 1', 'a 2']);
  });

  it.each([
    ['another type', { type: 'POST_REQUEST' }],
    ['another API', { apiId: 'GET/organization/v1/users/patients' }],
    ['an entity', { type: 'ADAPT_ENTITY', apiId: undefined, entityName: 'patient' }],
  ])('leaves those of %s alone', (_name, overrides) => {
    const state = newState();
    putSubscription(state, at('a', 1));

    putSubscription(state, at('b', 1, overrides));

    expect(orders(state).sort()).toEqual(['a 1', 'b 1']);
  });

  it('takes notifications, which have no order', () => {
    const state = newState();
    const added = notification('https://example.com');

    putSubscription(state, added);

    expect([...state.subscriptions.values()]).toEqual([added]);
  });
});
