import fc from 'fast-check';
import { failureOf } from '../builders/failure.ts';
import { holds } from '../builders/fuzz.ts';

const isSmall = fc.asyncProperty(fc.nat(), async (number) => {
  if (number > 1_000) throw new Error(`${number} is too much`);
});

describe('holds', () => {
  it('tells the smallest case that fails (why, too), and the command that finds it again', async () => {
    const { message, cause } = await failureOf(() => holds(isSmall, { runs: 1_000, seed: 5 }));

    expect(message).toContain('Counterexample: [1001]');
    expect(cause).toEqual(new Error('1001 is too much'));
    expect(message.split('\n').at(-1)).toMatch(
      /^Run it again: FUZZ_SEED=5 FUZZ_PATH=[\d:]+ npx jest test\/fuzz\/holds\.test\.ts -t 'holds tells the smallest case that fails \.why, too\., /,
    );
  });

  it('finds the same case by its seed and path, at the first try', async () => {
    const first = await failureOf(() => holds(isSmall, { runs: 1_000, seed: 5 }));
    const path = /FUZZ_PATH=([\d:]+)/.exec(first.message)?.[1] ?? '';

    const again = await failureOf(() => holds(isSmall, { runs: 1_000, seed: 5, path }));

    expect(again.message).toContain('Property failed after 1 tests');
    expect(again.message).toContain('Counterexample: [1001]');
  });

  it('is content with a property that has no such case', async () => {
    const holding = holds(
      fc.asyncProperty(fc.nat(), async () => undefined),
      { runs: 10, seed: 5 },
    );

    await expect(holding).resolves.toBeUndefined();
  });
});
