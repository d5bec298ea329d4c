/** The local BioT's own time: this machine's, moved forward by whoever wants to see what an hour later brings. */
export type Clock = {
  now(): Date;
  /** Moves it forward; it never goes back. @throws RangeError for a negative or unreal number */
  advance(milliseconds: number): void;
};

const OFFSET = 'clockOffsetMs';

/** `kept` remembers how far the clock was moved. */
export function createClock(kept: Map<string, number>): Clock {
  return {
    now: () => new Date(Date.now() + (kept.get(OFFSET) ?? 0)),
    advance(milliseconds) {
      if (!(milliseconds >= 0 && Number.isFinite(milliseconds)))
        throw new RangeError('The clock can only be moved forward');
      kept.set(OFFSET, (kept.get(OFFSET) ?? 0) + milliseconds);
    },
  };
}
