import type { Interception, Subscription } from '../../../deploy/dispatcherApi.ts';
import { type EndpointPlan, planEndpoint, withPathFilters } from '../../../deploy/endpoint/planEndpoint.ts';

const OURS = 'https://plugin.example.com/';
const THEIRS = 'https://other.example.com/';
const PATIENTS = 'POST/organization/v1/users/patients';

const pre = (executionOrder: number, overrides: Partial<Interception> = {}): Interception => ({
  kind: 'interception',
  endpoint: OURS,
  type: 'PRE_REQUEST',
  apiId: PATIENTS,
  executionOrder,
  ...overrides,
});
const told = (actionName: string, overrides = {}): Subscription => ({
  kind: 'notification',
  endpoint: OURS,
  entityTypeName: 'patient',
  actionName,
  ...overrides,
});
const plan = (wanted: Subscription[], existing: Subscription[], allowDeletes = false): EndpointPlan =>
  planEndpoint({ wanted, existing, endpoint: OURS, allowDeletes });

const NOTHING: EndpointPlan = { changes: [], moved: [], kept: [], unchanged: [] };

describe('planEndpoint', () => {
  it('subscribes what is not there', () => {
    const planned = plan([pre(2), told('_create')], []);

    expect(planned).toEqual({
      ...NOTHING,
      changes: [
        { action: 'subscribe', subscription: told('_create') },
        { action: 'subscribe', subscription: pre(2) },
      ],
    });
  });

  it('does nothing when all is there, however the address is written', () => {
    const there = { endpoint: 'https://PLUGIN.example.com' };
    const planned = plan([pre(2), told('_create')], [pre(2, there), told('_create', there)]);

    expect(planned).toEqual({ ...NOTHING, unchanged: [told('_create'), pre(2)] });
  });

  it('sets an order that is another', () => {
    const planned = plan([pre(2)], [pre(3)]);

    expect(planned).toEqual({
      ...NOTHING,
      changes: [{ action: 'reorder', subscription: pre(2), from: 3 }],
    });
  });

  it('keeps what is no longer named, and removes it first where that is allowed', () => {
    const existing = [pre(2), told('_delete'), told('_delete', { endpoint: THEIRS })];
    const wanted = [told('_create')];

    expect([plan(wanted, existing), plan(wanted, existing, true)]).toEqual([
      {
        ...NOTHING,
        changes: [{ action: 'subscribe', subscription: told('_create') }],
        kept: [pre(2), told('_delete')],
      },
      {
        ...NOTHING,
        changes: [
          { action: 'unsubscribe', subscription: pre(2) },
          { action: 'unsubscribe', subscription: told('_delete') },
          { action: 'subscribe', subscription: told('_create') },
        ],
      },
    ]);
  });

  it('tells whom BioT will move: the holder of the order, and those behind it while they collide', () => {
    const other = (order: number) => pre(order, { endpoint: `${THEIRS}${order}` });
    const elsewhere = pre(2, { endpoint: THEIRS, type: 'POST_REQUEST' });
    const { moved } = plan([pre(2)], [other(2), other(3), other(5), elsewhere]);

    expect(moved).toEqual([
      { subscription: other(2), to: 3 },
      { subscription: other(3), to: 4 },
    ]);
  });

  it('moves nobody when what it removes makes room', () => {
    const old = pre(2, { pathFilters: { templateName: 'Old' } });
    const { moved } = plan([pre(2)], [old, pre(3, { endpoint: THEIRS })], true);

    expect(moved).toEqual([]);
  });

  it('sets again what the placing of another one of ours pushes back', () => {
    const first = pre(2, { pathFilters: { templateName: 'First' } });
    const planned = plan([first, pre(3)], [pre(3), pre(2, { endpoint: THEIRS })]);

    expect(planned).toEqual({
      ...NOTHING,
      changes: [
        { action: 'subscribe', subscription: first },
        { action: 'reorder', subscription: pre(3), from: 4 },
      ],
      moved: [{ subscription: pre(2, { endpoint: THEIRS }), to: 4 }],
    });
  });
});

describe('withPathFilters', () => {
  const named = pre(1, { apiId: `${PATIENTS}/templates/Adult` });
  const filtered = pre(1, {
    apiId: `${PATIENTS}/templates/{templateName}`,
    pathFilters: { templateName: 'Adult' },
  });

  it.each([
    ['a value in the id', named],
    ['a filter', filtered],
  ])('tells %s as a filter', (_what, subscription) => {
    const told = withPathFilters(subscription, [PATIENTS, `${PATIENTS}/templates/{templateName}`]);

    expect(told).toEqual(filtered);
  });
});
