import { setTimeout as sleep } from 'node:timers/promises';
import { createFreezer } from '../../../emulator/lambda/freezer.ts';
import { until } from '../../builders/until.ts';

const startFreezer = () => {
  const done: string[] = [];
  const act = (name: string) => async () => {
    await sleep(5);
    done.push(name);
  };
  return { done, ...createFreezer(act('pause'), act('resume')) };
};

describe('createFreezer', () => {
  it('pauses after a moment, and resumes', async () => {
    const freezer = startFreezer();

    freezer.freeze();
    await until(() => freezer.done.length === 1);
    await freezer.thaw();

    expect(freezer.done).toEqual(['pause', 'resume']);
  });

  it('does nothing when the next event comes at once', async () => {
    const freezer = startFreezer();
    freezer.freeze();
    await freezer.thaw();
    const begun = Date.now();

    await until(() => Date.now() - begun > 60);

    expect(freezer.done).toEqual([]);
  });

  it('has resumed when an event comes while it pauses', async () => {
    const done: string[] = [];
    const pausing = Promise.withResolvers<void>();
    const paused = Promise.withResolvers<void>();
    const freezer = createFreezer(
      async () => {
        pausing.resolve();
        await paused.promise;
        done.push('pause');
      },
      async () => void done.push('resume'),
    );
    freezer.freeze();
    await pausing.promise;

    const thawed = freezer.thaw();
    paused.resolve();
    await thawed;

    expect(done).toEqual(['pause', 'resume']);
  });

  it('has resumed at its end, and pauses no more', async () => {
    const freezer = startFreezer();
    freezer.freeze();
    await until(() => freezer.done.length === 1);

    await freezer.end();
    freezer.freeze();
    const begun = Date.now();
    await until(() => Date.now() - begun > 60);

    expect(freezer.done).toEqual(['pause', 'resume']);
  });
});
