import { createRounds } from '../../../cli/start/createRounds.ts';

describe('createRounds', () => {
  it('lets what is asked for during a round wait for its end, and makes one more', async () => {
    const told: string[] = [];
    const begun = Promise.withResolvers<void>();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const rounds = createRounds(async () => {
      const isFirst = told.length === 0;
      told.push('begins');
      begun.resolve();
      if (isFirst) await first.promise;
      told.push('ends');
      if (!isFirst) second.resolve();
    });

    const now = rounds.now();
    await begun.promise;
    rounds.ask();
    rounds.ask();
    first.resolve();
    await now;
    await second.promise;

    expect(told).toEqual(['begins', 'ends', 'begins', 'ends']);
  });

  it('begins none after the end', async () => {
    let count = 0;
    const rounds = createRounds(async () => {
      count += 1;
    });
    rounds.ask();

    await rounds.stop();

    expect(count).toBe(0);
  });
});
