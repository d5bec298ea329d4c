import { randomUUID } from 'node:crypto';
import { startRuntimeApi } from './runtimeApi.ts';

/** A started process or container with the function in it. */
export type Launched = {
  /** Resolves with Lambda's words for how it ended, like `exit status 1` or `signal: killed`; '' for exit code 0. */
  exited: Promise<string>;
  /** Told once, when the function has initialised: from then on it has only its share of the processor. */
  onInitialised(): Promise<void>;
  kill(): void;
};

/** Starts the function, which then calls the Runtime API at this port. */
export type Launch = (runtimeApiPort: number) => Promise<Launched>;

/** `result` is JSON text. `payload` is what Lambda reports of a failed function. */
export type Outcome = { ok: true; result: string } | { ok: false; payload: string };

/** One execution environment: one event at a time. */
export type Environment = {
  isDead(): boolean;
  /** Initialises the function first if this is its first event. Never throws. */
  invoke(event: string): Promise<Outcome>;
  close(): void;
};

export type EnvironmentOptions = {
  /** Address on which the function can reach the Runtime API. */
  host: string;
  launch: Launch;
  /** Seconds. */
  timeout: number;
  functionArn: string;
};

type Run = { requestId: string; settle(outcome: Outcome): void };

const failure = (errorType: string, errorMessage: string): Outcome => ({
  ok: false,
  payload: JSON.stringify({ errorType, errorMessage }),
});

export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  let isDead = false;
  let run: Run | undefined;
  let markReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  const runtimeApi = await startRuntimeApi(options.host, {
    onNext: () => markReady(),
    onResponse: (requestId, result) => settle(requestId, { ok: true, result }),
    onError: ({ requestId, payload }) => settle(requestId, { ok: false, payload }),
  });
  const settle = (requestId: string | undefined, outcome: Outcome) => {
    if (requestId === undefined || requestId === run?.requestId) run?.settle(outcome);
  };
  const launched = await options.launch(runtimeApi.port);
  const close = () => {
    isDead = true;
    launched.kill();
    runtimeApi.close();
  };

  const initialised = ready.then(() => launched.onInitialised());
  void launched.exited.then((reason) => {
    close();
    const how = reason ? `Runtime exited with error: ${reason}` : 'Runtime exited without providing a reason';
    run?.settle(failure('Runtime.ExitError', `RequestId: ${run.requestId} Error: ${how}`));
  });

  return {
    isDead: () => isDead,
    close,
    async invoke(event) {
      const requestId = randomUUID();
      const outcome = new Promise<Outcome>((resolve) => {
        run = { requestId, settle: resolve };
      });
      await Promise.race([initialised, launched.exited, outcome]);
      const deadline = Date.now() + options.timeout * 1000;
      const timer = setTimeout(() => {
        close();
        const text = `RequestId: ${requestId} Error: Task timed out after ${options.timeout.toFixed(2)} seconds`;
        settle(requestId, failure('Sandbox.Timedout', text));
      }, options.timeout * 1000);

      if (!isDead) runtimeApi.give({ requestId, event, deadline, functionArn: options.functionArn });
      return outcome.finally(() => clearTimeout(timer));
    },
  };
}
