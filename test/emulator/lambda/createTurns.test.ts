import { createTurns } from '../../../emulator/lambda/createTurns.ts';
import type { Exit, Launched, Sandbox } from '../../../emulator/lambda/sandbox.ts';

describe('createTurns', () => {
  it('lets an event wait for the one before, also when that fails, and not for another plugin’s', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const first = Promise.withResolvers<void>();

    const failing = turns.take('a', () => first.promise);
    const next = turns.take('a', async () => order.push('next'));
    await turns.take('b', async () => order.push('other'));
    first.reject(new Error('of the first'));

    await expect(failing).rejects.toThrow('of the first');
    await next;
    expect(order).toEqual(['other', 'next']);
  });

  it('starts a process when the one before has ended, whichever sandbox that was in', async () => {
    const turns = createTurns();
    const old = fakeSandbox();
    const fresh = fakeSandbox();
    await turns.share('a', old.sandbox).launch(1);

    const launched = turns.share('a', fresh.sandbox).launch(2);
    const before = [...fresh.ports];
    old.exit({ reason: '' });
    await launched;

    expect({ before, after: fresh.ports }).toEqual({ before: [], after: [2] });
  });
});

/** One whose process ends when it is told to. */
function fakeSandbox(): { sandbox: Sandbox; ports: number[]; exit(exit: Exit): void } {
  const ports: number[] = [];
  const exited = Promise.withResolvers<Exit>();
  return {
    ports,
    exit: exited.resolve,
    sandbox: {
      dispose: async () => undefined,
      launch: async (port) => {
        ports.push(port);
        return { exited: exited.promise } as Launched;
      },
    },
  };
}
