import type { Change } from '../../../emulator/dispatcher/toNotification.ts';
import type { Subscription } from '../../../emulator/state.ts';
import {
  arrival,
  createTestDispatcher,
  notification,
  type TestDispatcher,
} from '../../builders/dispatcher.ts';
import { type Answer, type HookEndpoint, sendJson, startHookEndpoint } from '../../builders/hookEndpoint.ts';

let endpoint: HookEndpoint;
let other: HookEndpoint;
let dispatcher: TestDispatcher;

beforeEach(async () => {
  [endpoint, other] = await Promise.all([startHookEndpoint(), startHookEndpoint()]);
});

afterEach(async () => {
  dispatcher.close();
  await Promise.all([endpoint.close(), other.close()]);
});

const lanes = { maxRunning: 2, maxWaiting: 3 };
const start = (subscriptions: Subscription[], timeoutMs = 10_000) => {
  dispatcher = createTestDispatcher(subscriptions, { lanes, timeoutMs });
};
const startForBoth = (timeoutMs?: number) =>
  start([notification(endpoint.url), notification(other.url)], timeoutMs);

const created = (id: string, overrides: Partial<Change> = {}): Change => ({
  origin: arrival(),
  entityTypeName: 'patient',
  actionName: '_create',
  entity: { _id: id },
  startedAt: new Date(),
  ...overrides,
});

const idsAt = ({ requests }: HookEndpoint) =>
  requests.map(({ body }) => (body.data as { entity: { _id: string } }).entity._id);

/** Resolves when a line was logged that holds the text. */
const untilLogged = async (text: string) => {
  const deadline = Date.now() + 10_000;
  while (!dispatcher.logged.some((line) => line.includes(text))) {
    if (Date.now() > deadline) throw new Error(`Not logged: ${text}; but ${dispatcher.logged}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const LOST = 'The notification of patient _create was lost';

describe('notify', () => {
  const badWays: [string, Answer, string][] = [
    ['says nothing', () => undefined, 'no answer within 0.2 s'],
    ['resets', ({ socket }) => socket.resetAndDestroy(), 'read ECONNRESET'],
    [
      'answers 10 MB',
      (_request, reply) => reply.end(Buffer.alloc(10 * 1024 * 1024)),
      'an answer of more than 6291556 bytes',
    ],
  ];

  it.each(badWays)('says so when a subscriber %s, and tells the next', async (_name, answer, reason) => {
    startForBoth(200);
    endpoint.answerBy(answer);

    dispatcher.notify(created('one'));

    await other.until(1);
    await untilLogged(LOST);
    expect(dispatcher.logged).toEqual([
      `[${endpoint.url}] ${LOST}: ${endpoint.url} did not answer its NOTIFICATION event: ${reason}`,
    ]);
  });

  it('says so when nobody listens there', async () => {
    start([notification('http://127.0.0.1:1/hook')]);

    dispatcher.notify(created('one'));

    await untilLogged('connect ECONNREFUSED 127.0.0.1:1');
  });

  it('does not look at the answer', async () => {
    start([notification(endpoint.url)]);
    endpoint.answerBy((_request, reply) => sendJson(reply, { code: 'NO' }, 500));

    dispatcher.notify(created('one'));
    await endpoint.until(1);
    dispatcher.notify(created('two'));
    await endpoint.until(2);

    expect(dispatcher.logged).toEqual([]);
  });

  it('sends few at a time, keeps some, drops the rest with a word, and holds up nobody else', async () => {
    startForBoth();
    const replies: Parameters<Answer>[1][] = [];
    endpoint.answerBy((_request, reply) => void replies.push(reply));

    for (const id of ['1', '2', '3', '4', '5', '6']) dispatcher.notify(created(id));
    await Promise.all([endpoint.until(2), other.until(5)]);
    const atFirst = idsAt(endpoint);
    for (const reply of replies) reply.end();
    await endpoint.until(4);

    expect([atFirst.sort(), idsAt(endpoint).slice(2).sort()]).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(dispatcher.logged).toContain(`[${endpoint.url}] ${LOST}: 3 are waiting for it already`);
  });

  it.each([
    ['of another type', { entityTypeName: 'device' }],
    ['of another action', { actionName: '_delete' }],
    ['of another template', { templateName: 'Other' }],
  ])('does not tell a subscriber %s', async (_name, overrides) => {
    start([notification(endpoint.url, overrides), notification(other.url, { templateName: 'Mine' })]);

    dispatcher.notify(created('one', { entity: { _id: 'one', _template: { name: 'Mine' } } }));

    await other.until(1);
    expect(endpoint.requests).toEqual([]);
  });

  it('sends twice what shall be a duplicate', async () => {
    start([notification(endpoint.url)]);
    dispatcher.faults.add({
      service: 'notification',
      route: '/patient/_create',
      count: 1,
      kind: 'duplicate',
    });

    dispatcher.notify(created('one'));
    await endpoint.until(2);
    dispatcher.notify(created('two'));
    await endpoint.until(3);

    expect(idsAt(endpoint)).toEqual(['one', 'one', 'two']);
  });

  it('sends later what shall be late', async () => {
    start([notification(endpoint.url)]);
    dispatcher.faults.add({ service: 'notification', count: 1, kind: 'late', ms: 100 });

    dispatcher.notify(created('late'));
    dispatcher.notify(created('next'));

    await endpoint.until(2);
    expect(idsAt(endpoint)).toEqual(['next', 'late']);
  });
});

describe('close', () => {
  it('forgets what waits and ends what is under way, without a word', async () => {
    start([notification(endpoint.url)]);
    endpoint.answerBy(() => undefined);
    for (const id of ['1', '2', '3', '4']) dispatcher.notify(created(id));
    await endpoint.until(2);
    dispatcher.faults.add({ service: 'notification', count: 1, kind: 'late', ms: 1 });
    const closed = endpoint.requests.map(
      ({ socket }) => new Promise((resolve) => socket.once('close', resolve)),
    );

    dispatcher.close();

    await Promise.all(closed);
    expect([endpoint.requests.length, dispatcher.logged]).toEqual([2, []]);
  });
});
