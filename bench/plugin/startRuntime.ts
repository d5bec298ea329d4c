import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RuntimeApi, startRuntimeApi } from '../../emulator/lambda/runtimeApi.ts';

/** A task root and how a process with it is started. */
export type Subject = {
  name: string;
  taskRoot: string;
  start(variables: Record<string, string>): ChildProcess;
};

/** `ms` counts from the sending of the event to its answer. The rest is the plugin's; without it, `statusCode` is 0. */
export type Answer = {
  requestId: string;
  ms: number;
  statusCode: number;
  headers: Record<string, string>;
  body: unknown;
};

/** One environment of Lambda's, with a Runtime API of its own. */
export type Runtime = {
  child: ChildProcess;
  /** When it was started, by the clock of `performance.now()`. */
  startedAt: number;
  /** When it has asked for its first event: milliseconds since its start. */
  initialised: Promise<number>;
  /** `timeMs` is what Lambda gives it. Default: a minute. */
  send(event: unknown, timeMs?: number): Promise<Answer>;
  end(): Promise<void>;
};

const HOST = '127.0.0.1';
const TIME_MS = 60_000;
const LATE_MS = 5_000; // it may be slow to answer on a busy machine
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Plugin-bench';

/** Lambda's own variables, as far as aws-lambda-ric asks for them. */
const LAMBDA_VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'Plugin-bench',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Plugin-bench',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0',
};

/** @throws Error when the process ends before it has asked for an event, or before it has answered one */
export async function startRuntime(subject: Subject, variables: Record<string, string>): Promise<Runtime> {
  const turn = createTurn();
  let startedAt = 0;
  const api = await startRuntimeApi(HOST, {
    onNext: () => turn.onNext(performance.now() - startedAt),
    onResponse: (result) => turn.onAnswer(result),
    onError: (payload) => turn.onAnswer(payload),
    onInitError: (payload) => turn.onEnd(payload),
  });
  startedAt = performance.now();
  const child = subject.start({
    ...LAMBDA_VARIABLES,
    ...variables,
    AWS_LAMBDA_RUNTIME_API: `${HOST}:${api.port}`,
  });
  child.once('exit', (code) => turn.onEnd(`exit ${code}`));
  return {
    child,
    startedAt,
    initialised: turn.next(),
    send: (event, timeMs = TIME_MS) => turn.send(api, { event: JSON.stringify(event), timeMs }),
    async end() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      api.close();
    },
  };
}

/** Who waits for what of the runtime: for its asking, and for its answer. */
function createTurn() {
  let isAsking = createExpected<number>();
  let answer = createExpected<string>();
  let count = 0;
  return {
    next: () => isAsking.promise,
    onNext: (ms: number) => isAsking.resolve(ms),
    onAnswer: (result: string) => answer.resolve(result),
    onEnd(why: string) {
      const error = new Error(`The plugin ended: ${why}`);
      isAsking.reject(error);
      answer.reject(error);
    },
    async send(api: RuntimeApi, { event, timeMs }: { event: string; timeMs: number }): Promise<Answer> {
      await isAsking.promise;
      isAsking = createExpected();
      answer = createExpected();
      const sentAt = performance.now();
      const requestId = `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
      const deadline = Date.now() + timeMs;
      api.give({ requestId, event, deadline, functionArn: ARN, xrayTraceId: '' });
      const result = await withinTime(answer.promise, timeMs + LATE_MS);
      const ms = performance.now() - sentAt;
      const { statusCode = 0, headers = {}, body } = JSON.parse(result);
      return { requestId, ms, statusCode, headers, body };
    },
  };
}

/** @throws Error when nothing came: the event is lost */
async function withinTime<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`The event was not answered within ${ms} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/** That nobody waits for it when the process ends is no error. */
function createExpected<Value>() {
  const expected = Promise.withResolvers<Value>();
  expected.promise.catch(() => undefined);
  return expected;
}

/** A process of this machine, without Lambda's limits. */
export const spawnSubject = (args: string[], taskRoot: string, env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, args, { cwd: taskRoot, env, stdio: ['ignore', 'ignore', 'inherit'] });
