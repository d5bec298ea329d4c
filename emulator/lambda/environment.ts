import { type EnvironmentOptions, type EnvironmentState, initialiseFirst, invoke } from './invoke.ts';
import type { InvocationIds, Outcome } from './outcome.ts';

/** One execution environment: one event at a time, and its /tmp stays when the function is ended and started anew. */
export type Environment = {
  isBusy(): boolean;
  /** Initialises the function before there is an event. */
  start(): void;
  /** Initialises the function first, where that is due. For one that is not busy. */
  invoke(event: string, ids: InvocationIds): Promise<Outcome>;
  /** Ends it, also in the middle of an event. */
  close(): Promise<void>;
};

export function createEnvironment(options: EnvironmentOptions): Environment {
  const core: EnvironmentState = {
    ...options,
    ...{ isNew: true, isBusy: false, isClosed: false, tail: Promise.resolve() },
  };
  let running: Promise<unknown> | undefined;
  return {
    isBusy: () => core.isBusy,
    start() {
      core.tail = initialiseFirst(core).then(() => undefined);
      core.tail.catch(() => undefined); // the first event is told
    },
    invoke(event, ids) {
      core.isBusy = true;
      const outcome = invoke(core, event, ids);
      running = outcome.catch(() => undefined);
      return outcome;
    },
    async close() {
      core.isClosed = true;
      await core.runtime?.kill();
      await running;
      await core.tail.catch(() => undefined);
      await core.sandbox.dispose();
    },
  };
}
