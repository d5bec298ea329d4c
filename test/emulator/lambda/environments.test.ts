import type { Environment } from '../../../emulator/lambda/environment.ts';
import { createEnvironments, type Environments } from '../../../emulator/lambda/environments.ts';
import type { Outcome } from '../../../emulator/lambda/outcome.ts';
import { until } from '../../builders/until.ts';

const IDS = { requestId: 'request-1', traceId: '0'.repeat(32) };
const HOUR_MS = 3_600_000;

let made: FakeEnvironment[];
let environments: Environments;

/** Answers when it is told to, with its own number. */
type FakeEnvironment = Environment & {
  answer(outcome?: Outcome): void;
  fail(error: Error): void;
  isClosed: boolean;
};

function createFake(): FakeEnvironment {
  const number = made.length + 1;
  let running: PromiseWithResolvers<Outcome> | undefined;
  const settle = (end: (run: PromiseWithResolvers<Outcome>) => void) => {
    const run = running;
    running = undefined;
    if (run) end(run);
  };
  const fake: FakeEnvironment = {
    isClosed: false,
    isBusy: () => running !== undefined,
    start: () => undefined,
    invoke() {
      running = Promise.withResolvers();
      return running.promise;
    },
    async close() {
      fake.isClosed = true;
      fake.answer({ ok: false, payload: 'closed' });
    },
    answer: (outcome = { ok: true, result: String(number) }) => settle(({ resolve }) => resolve(outcome)),
    fail: (error) => settle(({ reject }) => reject(error)),
  };
  made.push(fake);
  return fake;
}

const create = (limits: { concurrency?: number; idleMs?: number } = {}) => {
  made = [];
  environments = createEnvironments({ create: createFake, concurrency: 10, idleMs: HOUR_MS, ...limits });
};

const invoke = () => environments.invoke('{}', IDS);

/** Which environment answered, and whether it was new. */
const answerOf = async (number: number, sent: ReturnType<typeof invoke>) => {
  made[number - 1]?.answer();
  const invoked = await sent;
  const { result } = (invoked?.outcome ?? {}) as { result?: string };
  return [result, invoked?.coldStart];
};

afterEach(() => environments.close());

describe('invoke', () => {
  it('uses an environment again, and a new one only for an event at the same time', async () => {
    create();
    const first = await answerOf(1, invoke());
    const [second, third] = [invoke(), invoke()];

    const answers = [first, await answerOf(1, second), await answerOf(2, third)];

    expect(answers).toEqual([
      ['1', true],
      ['1', false],
      ['2', true],
    ]);
  });

  it('prefers the environment that was used last', async () => {
    create();
    const both = [invoke(), invoke()] as const;
    await answerOf(2, both[1]);
    await answerOf(1, both[0]);
    const last = await answerOf(2, invoke());

    const next = await answerOf(2, invoke());

    expect([last, next]).toEqual([
      ['2', false],
      ['2', false],
    ]);
  });

  it('is undefined when all are busy, and serves again when one is free', async () => {
    create({ concurrency: 2 });
    const both = [invoke(), invoke()] as const;

    const refused = await invoke();
    await answerOf(1, both[0]);
    const served = await answerOf(1, invoke());

    expect(refused).toBeUndefined();
    expect(served).toEqual(['1', false]);
  });

  it('does not use an environment again that broke', async () => {
    create();
    const broken = invoke();
    made[0]?.fail(new Error('no engine'));
    await expect(broken).rejects.toThrow('no engine');

    const next = await answerOf(2, invoke());

    expect(next).toEqual(['2', true]);
    expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });
});

describe('an idle environment', () => {
  it('is ended after its time', async () => {
    create({ idleMs: 20 });
    await answerOf(1, invoke());

    await until(() => made[0]?.isClosed === true);
    const next = await answerOf(2, invoke());

    expect(next).toEqual(['2', true]);
  });

  it('is not ended while it has an event', async () => {
    create({ idleMs: 20 });
    const [short, long] = [invoke(), invoke()];
    await answerOf(1, short);

    await until(() => made[0]?.isClosed === true);

    expect(made[1]?.isClosed).toBe(false);
    expect(await answerOf(2, long)).toEqual(['2', true]);
  });
});

describe('retire', () => {
  it('ends what has no event at once, and the others when they have answered', async () => {
    create();
    const [short, long] = [invoke(), invoke()];
    await answerOf(1, short);

    const retired = environments.retire();
    await until(() => made[0]?.isClosed === true);
    const wasClosed = made[1]?.isClosed;
    const answer = await answerOf(2, long);
    await retired;

    expect(wasClosed).toBe(false);
    expect(answer).toEqual(['2', true]);
    expect(made[1]?.isClosed).toBe(true);
  });
});

describe('close', () => {
  it('ends all, also in the middle of an event', async () => {
    create();
    const sent = invoke();

    await environments.close();

    expect(await sent).toEqual({ outcome: { ok: false, payload: 'closed' }, coldStart: true });
    expect(made[0]?.isClosed).toBe(true);
  });
});
