import { PluginError } from '../../../src/runtime/errors.ts';
import { joinOrStart } from '../../../src/runtime/joinOrStart.ts';

describe('joinOrStart', () => {
  /** Work that tells how often it ran; each run ends as `outcomes` says in turn, the last one for all that follow. */
  const countedWork = (...outcomes: ('ok' | 'fails')[]) => {
    const work = Object.assign(
      async () => {
        const run = ++work.runs;
        await Promise.resolve();
        if (outcomes[Math.min(run, outcomes.length) - 1] === 'fails') throw new Error(`run ${run}`);
        return run;
      },
      { runs: 0 },
    );
    return work;
  };

  const join = (count: number, work: () => Promise<number>) => {
    const inFlight = new Map<string, Promise<number>>();
    return Promise.allSettled(Array.from({ length: count }, () => joinOrStart(inFlight, 'key', work)));
  };

  it('does the work once for many at the same time', async () => {
    const work = countedWork('ok');

    const results = await join(3, work);

    expect(results).toEqual(Array.from({ length: 3 }, () => ({ status: 'fulfilled', value: 1 })));
    expect(work.runs).toBe(1);
  });

  it('does the work once more, for all who joined work that failed', async () => {
    const work = countedWork('fails', 'ok');

    const results = await join(3, work);

    expect(results).toEqual([
      { status: 'rejected', reason: new Error('run 1') },
      { status: 'fulfilled', value: 2 },
      { status: 'fulfilled', value: 2 },
    ]);
    expect(work.runs).toBe(2);
  });

  it('does not go on for ever when the work keeps failing', async () => {
    const work = countedWork('fails');

    const results = await join(5, work);

    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(work.runs).toBe(2);
  });

  it('does its own work when all that it joined was ended by the time of others', async () => {
    const inFlight = new Map<string, Promise<number>>();
    const outOfTime = async () => {
      await Promise.resolve();
      throw new PluginError('TIMEOUT');
    };
    const others = Array.from({ length: 3 }, () => joinOrStart(inFlight, 'key', outOfTime));

    const [result] = await Promise.allSettled([joinOrStart(inFlight, 'key', countedWork('ok')), ...others]);

    expect(result).toEqual({ status: 'fulfilled', value: 1 });
  });

  it('does the work anew when the last one is over', async () => {
    const inFlight = new Map<string, Promise<number>>();
    const work = countedWork('ok');

    const results = [await joinOrStart(inFlight, 'key', work), await joinOrStart(inFlight, 'key', work)];

    expect(results).toEqual([1, 2]);
    expect(inFlight.size).toBe(0);
  });

  it('does not join the work of another key', async () => {
    const inFlight = new Map<string, Promise<number>>();
    const work = countedWork('ok');

    const results = await Promise.all([joinOrStart(inFlight, 'a', work), joinOrStart(inFlight, 'b', work)]);

    expect(results).toEqual([1, 2]);
  });
});
