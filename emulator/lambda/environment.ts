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

const INIT_LIMIT_SECONDS = 10;

type Run = { requestId: string; settle(outcome: Outcome): void };

export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const current: { run?: Run; isDead: boolean; exitReason?: string } = { isDead: false };
  const settle = (outcome: Outcome, requestId = current.run?.requestId) => {
    if (requestId === current.run?.requestId) current.run?.settle(outcome);
  };
  const ready = Promise.withResolvers<void>();

  const runtimeApi = await startRuntimeApi(options.host, {
    onNext: () => ready.resolve(),
    onResponse: (requestId, result) => settle({ ok: true, result }, requestId),
    onError: ({ requestId, payload }) => settle({ ok: false, payload }, requestId),
  });
  const launched = await options.launch(runtimeApi.port);
  const initialised = ready.promise.then(() => launched.onInitialised());
  const close = () => {
    current.isDead = true;
    launched.kill();
  };
  const limit = (requestId: string, seconds: number) =>
    setTimeout(() => {
      close();
      settle(toTimedOut(requestId, seconds), requestId);
    }, seconds * 1000);
  void launched.exited.then((reason) => {
    current.isDead = true;
    current.exitReason = reason;
    runtimeApi.close(); // not before: the runtime would complain of it in the plugin's log
    settle(toExited(current.run?.requestId, reason));
  });

  return {
    isDead: () => current.isDead,
    close,
    async invoke(event) {
      const requestId = randomUUID();
      if (current.exitReason !== undefined) return toExited(requestId, current.exitReason);
      const outcome = new Promise<Outcome>((resolve) => {
        current.run = { requestId, settle: resolve };
      });
      const start = limit(requestId, INIT_LIMIT_SECONDS);
      await Promise.race([initialised, outcome]); // initialising is not counted in the function's time
      clearTimeout(start);

      const { timeout, functionArn } = options;
      const timer = limit(requestId, timeout);
      runtimeApi.give({ requestId, event, deadline: Date.now() + timeout * 1000, functionArn });
      return outcome.finally(() => clearTimeout(timer));
    },
  };
}

// The payloads as recorded on AWS.
function toExited(requestId: string | undefined, reason: string): Outcome {
  const how = reason ? `Runtime exited with error: ${reason}` : 'Runtime exited without providing a reason';
  return failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${how}`);
}

function toTimedOut(requestId: string, timeout: number): Outcome {
  const text = `RequestId: ${requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`;
  return failure('Sandbox.Timedout', text);
}

function failure(errorType: string, errorMessage: string): Outcome {
  return { ok: false, payload: JSON.stringify({ errorType, errorMessage }) };
}
