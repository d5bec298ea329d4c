import { type Arrival, type Chains, createChains, type Origin } from '../../../emulator/dispatcher/chains.ts';
import type { HookType } from '../../../emulator/dispatcher/hookHeaders.ts';
import { arrival, TRACE_ID } from '../../builders/dispatcher.ts';

const OTHER_API = {
  apiId: 'GET/organization/v1/users/patients',
  call: 'GET /organization/v1/users/patients',
};
const UPDATE = {
  apiId: 'PATCH/organization/v1/users/patients/{id}',
  call: 'PATCH /organization/v1/users/patients/one',
};

let chains: Chains;
let count = 0;

beforeEach(() => {
  chains = createChains(10);
});

type Step = { receiver?: string; isDeployed?: boolean; hookType?: HookType };

/** A hook is asked for a call; what it calls next says so, or not. */
const ask = (origin: Origin, step: Step = {}) => {
  const { receiver = 'looper', isDeployed = true, hookType = 'INTERCEPTOR_PRE' } = step;
  if (hookType !== 'NOTIFICATION') chains.checkNesting(origin, { receiver, isDeployed });
  count += 1;
  const spanId = `span-${count}`;
  const leave = chains.enter({ spanId, receiver, hookType, origin });
  return { spanId, leave };
};

/** As many calls, each from within the hook of the one before, and none of them answered yet. */
const nest = (times: number, step: Step = {}, next: (spanId: string) => Partial<Arrival> = callsOn) => {
  let spanId = '';
  const leaves: (() => void)[] = [];
  for (let i = 0; i < times; i += 1) {
    const hook = ask(chains.admit(arrival(i === 0 ? {} : next(spanId))), step);
    spanId = hook.spanId;
    leaves.push(hook.leave);
  }
  return { spanId, leaves };
};

const callsOn = (callerSpanId: string) => ({ callerSpanId, callerPlugin: 'looper' });
const callsWithOwnSpan = () => ({ callerSpanId: 'ffffffffffffffff', callerPlugin: 'looper' });

const refusal = (details: object) =>
  expect.objectContaining({ status: 508, code: 'LOOP_DETECTED', details: expect.objectContaining(details) });

describe('a plugin that waits for itself', () => {
  it('is stopped when it would need more environments than there are, and told how it came to that', () => {
    const { spanId } = nest(10);
    const next = chains.admit(arrival(callsOn(spanId)));

    const asking = () => ask(next);

    const { apiId } = next;
    const chain = [...Array(10).fill(`${apiId} → INTERCEPTOR_PRE looper`), apiId];
    expect(asking).toThrow(refusal({ pluginName: 'looper', apiId, depth: 10, chain }));
  });

  it('is stopped too when it puts a span of its own into its calls', () => {
    nest(10, {}, callsWithOwnSpan);
    const next = chains.admit(arrival(callsWithOwnSpan()));

    const asking = () => ask(next);

    expect(asking).toThrow(refusal({ pluginName: 'looper', depth: 10 }));
  });

  it('is stopped through another plugin in between', () => {
    let spanId = '';
    const goOn = () => {
      for (const [receiver, api] of [
        ['looper', {}],
        ['partner', OTHER_API],
      ] as const) {
        const from = spanId ? callsOn(spanId) : {};
        ({ spanId } = ask(chains.admit(arrival({ ...api, ...from })), { receiver }));
      }
    };
    for (let i = 0; i < 10; i += 1) goOn();

    expect(goOn).toThrow(refusal({ pluginName: 'looper', depth: 10 }));
  });

  it('is refused at once from then on, until it has come back from the first', () => {
    const { spanId, leaves } = nest(10);
    expect(() => ask(chains.admit(arrival(callsOn(spanId))))).toThrow();
    for (const leave of leaves.splice(1)) leave();
    const again = () => ask(chains.admit(arrival(callsOn(spanId))));

    expect(again).toThrow(refusal({ depth: 1 }));
    leaves[0]?.();
    expect(again).not.toThrow();
  });

  it('may do so a hundred times at an endpoint of its own', () => {
    const step = { receiver: 'http://127.0.0.1:1/hook', isDeployed: false };
    const { spanId } = nest(100, step, (callerSpanId) => ({ callerSpanId }));

    const asking = () => ask(chains.admit(arrival({ callerSpanId: spanId })), step);

    expect(asking).toThrow(refusal({ depth: 100 }));
  });
});

describe('an innocent plugin', () => {
  it('may wait for itself as long as there are environments', () => {
    expect(() => nest(10)).not.toThrow();
  });

  it('may call as often as it likes, one after another', () => {
    const { spanId } = nest(1);

    const calls = () => {
      for (let i = 0; i < 500; i += 1) ask(chains.admit(arrival(callsOn(spanId)))).leave();
    };

    expect(calls).not.toThrow();
  });

  it('may be asked for many calls of other people at a time, even in one trace', () => {
    const calls = () => {
      for (let i = 0; i < 500; i += 1) ask(chains.admit(arrival({ callerSpanId: 'same' })));
    };

    expect(calls).not.toThrow();
  });

  it('may change many entities, and be told of each', () => {
    const changes = () => {
      for (let i = 0; i < 500; i += 1) {
        const call = `PATCH /organization/v1/users/patients/${i}`;
        ask(chains.admit(arrival({ ...UPDATE, call, ...callsWithOwnSpan() })), { hookType: 'NOTIFICATION' });
      }
    };

    expect(changes).not.toThrow();
  });
});

describe('a plugin that changes what it is told of', () => {
  const follow = (times: number, next: (spanId: string) => Partial<Arrival>) => {
    let spanId = '';
    for (let i = 0; i < times; i += 1) {
      const hook = ask(chains.admit(arrival({ ...UPDATE, ...(i > 0 && next(spanId)) })), {
        hookType: 'NOTIFICATION',
      });
      hook.leave();
      spanId = hook.spanId;
    }
    return () => chains.admit(arrival({ ...UPDATE, ...next(spanId) }));
  };

  it.each([
    ['sends the span on that it got', 100, callsOn],
    ['puts a span of its own into its calls', 101, callsWithOwnSpan],
  ])('is stopped after a hundred times when it %s', (_name, times, next) => {
    const call = follow(times, next);

    expect(call).toThrow(refusal({ pluginName: 'looper', apiId: UPDATE.apiId, depth: 100 }));
  });

  it.each([
    ['sends the span on that it got', 99, callsOn],
    ['puts a span of its own into its calls', 100, callsWithOwnSpan],
  ])('is not stopped before when it %s', (_name, times, next) => {
    const call = follow(times, next);

    expect(call).not.toThrow();
  });

  it('may go on from one entity to the next', () => {
    let spanId = '';
    const goOn = () => {
      for (let i = 0; i < 3000; i += 1) {
        const call = `PATCH /organization/v1/users/patients/${i}`;
        const hook = ask(chains.admit(arrival({ ...UPDATE, call, ...callsOn(spanId) })), {
          hookType: 'NOTIFICATION',
        });
        hook.leave();
        ({ spanId } = hook);
      }
    };

    expect(goOn).not.toThrow();
  });

  it('does not stop another in the same trace', () => {
    follow(101, callsWithOwnSpan);

    const origin = chains.admit(arrival({ ...UPDATE, callerPlugin: 'another' }));

    expect(origin.traceId).toBe(TRACE_ID);
  });
});
