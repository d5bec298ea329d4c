import { createLanes } from '../../../emulator/dispatcher/lanes.ts';

/** Work that says what it does, and ends when it is told. */
function createWork() {
  const events: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    events,
    work: (name: string) => ({
      run: () => {
        events.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      },
      drop: () => void events.push(`${name} dropped`),
    }),
    end: async (name: string) => {
      ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('createLanes', () => {
  it('runs as many at a time as are allowed, and the others in their order', async () => {
    const lanes = createLanes({ maxRunning: 2, maxWaiting: 10 });
    const { events, work, end } = createWork();
    for (const name of ['a', 'b', 'c', 'd']) lanes.add('lane', work(name));
    const atFirst = [...events];

    await end('b');
    await end('a');

    expect([atFirst, events]).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c', 'd'],
    ]);
  });

  it('drops what comes when too many wait', async () => {
    const lanes = createLanes({ maxRunning: 1, maxWaiting: 1 });
    const { events, work, end } = createWork();
    for (const name of ['a', 'b', 'c']) lanes.add('lane', work(name));

    await end('a');

    expect(events).toEqual(['a', 'c dropped', 'b']);
  });

  it('does not let one lane hold up another', () => {
    const lanes = createLanes({ maxRunning: 1, maxWaiting: 1 });
    const { events, work } = createWork();

    lanes.add('slow', work('a'));
    lanes.add('quick', work('b'));

    expect(events).toEqual(['a', 'b']);
  });

  it('runs again after it had nothing to do', async () => {
    const lanes = createLanes({ maxRunning: 1, maxWaiting: 1 });
    const { events, work, end } = createWork();
    lanes.add('lane', work('a'));
    await end('a');

    lanes.add('lane', work('b'));

    expect(events).toEqual(['a', 'b']);
  });

  it('forgets what waits when it is closed', async () => {
    const lanes = createLanes({ maxRunning: 1, maxWaiting: 1 });
    const { events, work, end } = createWork();
    lanes.add('lane', work('a'));
    lanes.add('lane', work('b'));

    lanes.close();
    await end('a');

    expect(events).toEqual(['a']);
  });
});
