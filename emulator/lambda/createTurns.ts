import type { Sandbox } from './sandbox.ts';

/** For functions that are being debugged. Each has one port for its debugger, so it runs once at a time. */
export type Turns = {
  /** Events wait where Lambda would refuse them: the one before may stand at a breakpoint. */
  take<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Starts no process before the one before it has ended, that of the old code included. */
  share(name: string, sandbox: Sandbox): Sandbox;
};

export function createTurns(): Turns {
  const events = new Map<string, Promise<unknown>>();
  const processes = new Map<string, Promise<unknown>>();
  return {
    take(name, work) {
      const result = (events.get(name) ?? Promise.resolve()).then(work);
      events.set(
        name,
        result.catch(() => undefined),
      );
      return result;
    },
    share: (name, sandbox) => ({
      ...sandbox,
      launch(port) {
        const before = processes.get(name);
        const launched = (before ?? Promise.resolve()).then(() => sandbox.launch(port));
        processes.set(
          name,
          launched.then(
            ({ exited }) => exited,
            () => undefined,
          ),
        );
        return launched;
      },
    }),
  };
}
