import { type Invocation, startRuntimeApi } from './runtimeApi.ts';
import type { Exit, Launched, Sandbox } from './sandbox.ts';

const INIT_ERROR_LINGER_MS = 1000;

/** What initialising came to; `errorType` is undefined when the runtime named none that Lambda knows. */
export type InitEnd =
  | { kind: 'ready' }
  | { kind: 'error'; payload: string; errorType: string | undefined }
  | { kind: 'exited'; exit: Exit };

/** What an event came to. `result` and `payload` are as the runtime posted them. */
export type Answer =
  | { kind: 'result'; result: string }
  | { kind: 'error'; payload: string }
  | { kind: 'exited'; exit: Exit };

/** A function's process or container, from its start to its end. */
export type Runtime = {
  initialised: Promise<InitEnd>;
  /** `done` when it asks for its next event, or ends, then with how. One event at a time. Never rejects. */
  give(invocation: Invocation): { answer: Promise<Answer>; done: Promise<Exit | undefined> };
  launched(): Promise<Launched | undefined>;
  /** Resolves when it has ended. */
  kill(): Promise<void>;
};

/** Starts the function; what it needs to call is listening by then. */
export async function startRuntime(sandbox: Sandbox, listenAddress: string): Promise<Runtime> {
  const initialised = Promise.withResolvers<InitEnd>();
  const current: Current = {};
  const api = await startRuntimeApi(listenAddress, {
    onNext() {
      initialised.resolve({ kind: 'ready' });
      current.run?.done.resolve(undefined);
    },
    onResponse: (result) => current.run?.answer.resolve({ kind: 'result', result }),
    onError: (payload) => current.run?.answer.resolve({ kind: 'error', payload }),
    onInitError(payload, errorType) {
      current.initError = { kind: 'error', payload, errorType };
      current.linger = setTimeout(kill, INIT_ERROR_LINGER_MS); // it should end by itself
    },
  });
  const launching = sandbox.launch(api.port);
  const kill = () => void launching.then((launched) => launched.kill()).catch(() => undefined);
  const exited = exitOf(launching).then((exit) => {
    clearTimeout(current.linger);
    api.close(); // not before: the runtime would complain of it in the plugin's log
    current.exit = exit;
    initialised.resolve(current.initError ?? { kind: 'exited', exit });
    current.run?.answer.resolve({ kind: 'exited', exit });
    current.run?.done.resolve(exit);
  });

  return {
    initialised: initialised.promise,
    give(invocation) {
      const { exit } = current;
      if (exit) return { answer: Promise.resolve({ kind: 'exited', exit }), done: Promise.resolve(exit) };
      const run: Run = { answer: Promise.withResolvers(), done: Promise.withResolvers() };
      current.run = run;
      api.give(invocation);
      return { answer: run.answer.promise, done: run.done.promise };
    },
    launched: () => launching.catch(() => undefined),
    async kill() {
      kill();
      await exited;
    },
  };
}

type Run = { answer: PromiseWithResolvers<Answer>; done: PromiseWithResolvers<Exit | undefined> };

type Current = { run?: Run; initError?: InitEnd; linger?: NodeJS.Timeout; exit?: Exit };

const exitOf = (launching: Promise<Launched>): Promise<Exit> =>
  launching
    .then((launched) => launched.exited)
    .catch((error: Error) => ({ reason: error.message, errorType: 'Runtime.InvalidTaskConfig' }));
