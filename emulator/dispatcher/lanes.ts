/** Work that nobody waits for, in a lane of its own for each endpoint, so that none holds up another. */
export type Lanes = {
  /** `run` never rejects. */
  add(lane: string, work: Work): void;
  /** Forgets what waits. */
  close(): void;
};

export type Work = {
  run(): Promise<void>;
  /** Instead of `run`, when too many wait already. */
  drop(): void;
};

export type LanesOptions = { maxRunning: number; maxWaiting: number };

/** Fewer at a time than a deployed plugin has environments, so that its interceptors are not refused for them. */
export const LANES: LanesOptions = { maxRunning: 8, maxWaiting: 1000 };

type Lane = { running: number; waiting: Work[] };

export function createLanes({ maxRunning, maxWaiting }: LanesOptions): Lanes {
  const lanes = new Map<string, Lane>();

  const start = (name: string, lane: Lane, work: Work) => {
    lane.running += 1;
    void work.run().then(() => {
      lane.running -= 1;
      const next = lane.waiting.shift();
      if (next) start(name, lane, next);
      else if (lane.running === 0) lanes.delete(name);
    });
  };

  return {
    add(name, work) {
      const lane = lanes.get(name) ?? { running: 0, waiting: [] };
      lanes.set(name, lane);
      if (lane.running < maxRunning) start(name, lane, work);
      else if (lane.waiting.length < maxWaiting) lane.waiting.push(work);
      else work.drop();
    },
    close() {
      for (const lane of lanes.values()) lane.waiting.length = 0;
    },
  };
}
