import { EXIT, Failure } from '../deploy/failure.ts';
import type { Step } from '../deploy/steps.ts';

/** How long a step that was interrupted may take to leave all in order. */
const GRACE_MS = 5000;
/** npm passes a Ctrl-C on that the terminal has sent already. */
const REPEATED_MS = 1000;

export type Interruption = {
  /** Aborted by Ctrl-C, or when whoever runs the command wants it to end. */
  signal: AbortSignal;
  /** Rejects with INTERRUPTED when the step that went on then has had its time, at once when there was none. */
  over: Promise<never>;
  /** What a person is told. */
  toFailure(): Failure;
};

/** A second Ctrl-C ends the process at once; but for what lives long, which ends in order by itself. */
export function watchInterruption(current: () => Step | undefined, isLongLived: boolean): Interruption {
  const controller = new AbortController();
  const toFailure = () => interrupted(current());
  let reject: (failure: Failure) => void = () => undefined;
  const over = new Promise<never>((_resolve, rejectOver) => {
    reject = rejectOver;
  });
  over.catch(() => undefined); // nobody may be waiting for it any more
  let first: number | undefined;
  const end = () => {
    controller.abort();
    if (isLongLived) return;
    if (first !== undefined && performance.now() - first > REPEATED_MS) process.exit(EXIT.interrupted);
    if (first === undefined) setTimeout(() => reject(toFailure()), current() ? GRACE_MS : 0);
    first ??= performance.now();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, end);
  return { signal: controller.signal, over, toFailure };
}

function interrupted(step: Step | undefined): Failure {
  return new Failure({
    code: 'INTERRUPTED',
    exitCode: EXIT.interrupted,
    message: step ? `Interrupted while: ${step.title}` : 'Interrupted',
    cure: step?.ifInterrupted ?? 'Run it again when you like.',
  });
}
