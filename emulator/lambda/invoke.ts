import { setImmediate } from 'node:timers/promises';
import { type Failure, toExitFailure, toInitBreakdown, toTimeoutFailure } from './failure.ts';
import { lambdaLog } from './lambdaLog.ts';
import { type Limit, startLimit } from './limit.ts';
import type { InvocationIds, Outcome } from './outcome.ts';
import { type Runtime, startRuntime } from './runtime.ts';
import type { Exit, Sandbox } from './sandbox.ts';
import { toXrayTraceId } from './xrayTraceId.ts';

export type EnvironmentOptions = {
  sandbox: Sandbox;
  /** On which the function can reach the Runtime API. */
  listenAddress: string;
  functionArn: string;
  /** Seconds; undefined for a function that is being debugged: it has all the time it wants, and is not frozen. */
  timeout: number | undefined;
  /** MB. */
  memorySize: number;
  /** Lambda's own lines, and whose they are. */
  onLine(text: string): void;
  /** Whose lines come next: of an initialisation there is no request yet. */
  onIds(ids: Partial<InvocationIds>): void;
};

const INIT_LIMIT_SECONDS = 10;
// A caller has its answer when the function asks for the next event, which is at once; but does not wait for it.
const ANSWER_DELAY_SECONDS = 0.05;

export type EnvironmentState = EnvironmentOptions & {
  /** The one that has initialised. It may have ended since: that is noticed at the next event. */
  runtime?: Runtime;
  isNew: boolean;
  isBusy: boolean;
  isClosed: boolean;
  /** What the last event left to do: its last lines, the freezing. */
  tail: Promise<void>;
};

/** An event on its way; times by `performance.now()`. `deadline` is epoch ms. */
type Invocation = InvocationIds & { event: string; begun: number; deadline: number; initMs?: number };

/** Never at the same time as another. */
export async function invoke(core: EnvironmentState, event: string, ids: InvocationIds): Promise<Outcome> {
  await core.tail;
  core.onIds({ traceId: ids.traceId });
  const initMs = core.isNew ? await initialiseFirst(core) : undefined;

  const limit = startLimit(core.timeout);
  const deadline = Date.now() + (core.timeout ?? DEBUG_SECONDS) * 1000;
  const invocation = {
    ...{ ...ids, event, deadline, begun: performance.now() },
    ...(initMs !== undefined && { initMs }),
  };
  const ran = await run(core, invocation, limit).catch((error) => {
    limit.stop();
    throw error;
  });
  const settled = ran.failure ? Promise.resolve(undefined) : Promise.race([ran.done, limit.reached]);
  core.tail = settled.then((end) => {
    limit.stop();
    core.isBusy = false;
    return finish(core, invocation, ran.failure ?? toLateFailure(core, invocation, end));
  });
  core.tail.catch(() => undefined); // the next event is told

  const delay = startLimit(ANSWER_DELAY_SECONDS);
  await Promise.race([settled, delay.reached]);
  delay.stop();
  return ran.outcome;
}

const DEBUG_SECONDS = 900;

/** The initialisation before the first event, which has a time of its own. Undefined when it fails: it is tried again. */
export async function initialiseFirst(core: EnvironmentState): Promise<number | undefined> {
  core.isNew = false;
  const limit = startLimit(core.timeout && INIT_LIMIT_SECONDS);
  const { ms } = await initialise(core, 'init', limit);
  limit.stop();
  return core.runtime && ms;
}

/** Leaves `core.runtime` undefined when it fails. */
async function initialise(core: EnvironmentState, phase: 'init' | 'invoke', limit: Limit) {
  const begun = performance.now();
  core.runtime = await startRuntime(core.sandbox, core.listenAddress);
  if (core.isClosed) void core.runtime.kill();
  const end = await Promise.race([core.runtime.initialised, limit.reached]);
  const ms = performance.now() - begun;
  if (end !== 'limit' && end.kind === 'ready') {
    await (await core.runtime.launched())?.onInitialised();
    return { ms, end };
  }
  await reset(core);
  core.onLine(lambdaLog.initReport({ ms, phase, breakdown: toInitBreakdown(end) }));
  return { ms, end };
}

async function reset(core: EnvironmentState): Promise<void> {
  await core.runtime?.kill();
  delete core.runtime;
}

/** `done` as the runtime's; without it there is nothing to wait for. */
type Ran = { outcome: Outcome; failure?: Failure; done?: Promise<Exit | undefined> };

async function run(core: EnvironmentState, invocation: Invocation, limit: Limit): Promise<Ran> {
  const failedInit = core.runtime ? undefined : await initialiseAgain(core, invocation, limit);
  core.onIds({ requestId: invocation.requestId, traceId: invocation.traceId });
  core.onLine(lambdaLog.start(invocation.requestId));
  if (failedInit || !core.runtime) return toFailed(failedInit as Failure);

  const { runtime, functionArn } = core;
  await (await runtime.launched())?.thaw();
  const { answer, done } = runtime.give({
    ...invocation,
    functionArn,
    xrayTraceId: toXrayTraceId(invocation.traceId),
  });
  const end = await Promise.race([answer, limit.reached]);
  if (end === 'limit') return toFailed(toTimedOut(core, invocation));
  if (end.kind === 'exited') return toFailed(toExitFailure(invocation, end.exit));
  return end.kind === 'result'
    ? { outcome: { ok: true, result: end.result }, done }
    : { outcome: { ok: false, payload: end.payload }, done };
}

/** After an initialisation that failed, or a reset: in the function's own time. */
async function initialiseAgain(
  core: EnvironmentState,
  ids: Invocation,
  limit: Limit,
): Promise<Failure | undefined> {
  if (core.isClosed) return toExitFailure(ids, { reason: 'signal: killed' });
  const { end } = await initialise(core, 'invoke', limit);
  if (end === 'limit') return toTimedOut(core, ids);
  if (end.kind === 'exited') return toExitFailure(ids, end.exit);
  if (end.kind === 'ready') return undefined;
  return { payload: end.payload, lines: [], breakdown: toInitBreakdown(end) };
}

const toFailed = (failure: Failure): Ran => ({ outcome: { ok: false, payload: failure.payload }, failure });

const toTimedOut = ({ timeout = 0 }: EnvironmentState, ids: InvocationIds): Failure =>
  toTimeoutFailure(ids, timeout, new Date());

/** Of a function that has answered, but then neither asked for its next event nor stayed. */
function toLateFailure(
  core: EnvironmentState,
  ids: Invocation,
  end: Exit | 'limit' | undefined,
): Failure | undefined {
  if (end === 'limit') return toTimedOut(core, ids);
  return end && toExitFailure(ids, end);
}

async function finish(core: EnvironmentState, invocation: Invocation, failure?: Failure): Promise<void> {
  const { requestId, begun, initMs } = invocation;
  const ms = performance.now() - begun;
  const launched = await core.runtime?.launched();
  if (failure) await reset(core);
  else if (!core.isBusy && core.timeout) await launched?.freeze();
  await setImmediate(); // what the function wrote before it asked for the next event comes before that
  await setImmediate();
  for (const line of [...(failure?.lines ?? []), lambdaLog.end(requestId)]) core.onLine(line);
  const peakMemory = await launched?.peakMemoryMb();
  const isTimeout = failure?.breakdown.status === 'timeout';
  core.onLine(
    lambdaLog.report({
      ...{ requestId, memorySize: core.memorySize },
      ms: isTimeout ? (core.timeout ?? 0) * 1000 : ms,
      ...(peakMemory !== undefined && { peakMemory }),
      ...(initMs !== undefined && { initMs }),
      ...(failure && { breakdown: failure.breakdown }),
    }),
  );
}
