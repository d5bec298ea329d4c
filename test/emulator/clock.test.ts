import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../../emulator/clock.ts';
import { createState } from '../../emulator/state.ts';
import { openStore } from '../../emulator/store.ts';

const HOUR_MS = 3_600_000;

/** How far the clock is before this machine's, to the second. */
const readAhead = (kept: Map<string, number>) =>
  Math.round((createClock(kept).now().getTime() - Date.now()) / 1000) * 1000;

describe('the clock', () => {
  it('is the time of this machine, until it is moved', () => {
    const kept = new Map<string, number>();
    const before = readAhead(kept);
    createClock(kept).advance(HOUR_MS);

    createClock(kept).advance(HOUR_MS / 2);

    expect([before, readAhead(kept)]).toEqual([0, 1.5 * HOUR_MS]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('does not move by %s', (milliseconds) => {
    const clock = createClock(new Map());

    expect(() => clock.advance(milliseconds)).toThrow(RangeError);
  });

  it('stays as far ahead after a restart', () => {
    const directory = mkdtempSync(join(tmpdir(), 'biot-test-'));
    const first = openStore(directory);
    createClock(createState(first).kept as Map<string, number>).advance(HOUR_MS);
    first.close();

    const second = openStore(directory);

    const ahead = readAhead(createState(second).kept as Map<string, number>);
    second.close();
    rmSync(directory, { recursive: true });
    expect(ahead).toBe(HOUR_MS);
  });
});
