import type { Answer } from '../plugin/startRuntime.ts';
import type { Call } from './failingBiot.ts';
import type { Kind, Outcome } from './mixedEvents.ts';

const PAUSE_AFTER_FAILED_KEYS_MS = 1_000;
const CLOCK_MS = 100; // what the two clocks and the way between them may differ by
const CALL_FAILED: Outcome = { status: 502, code: 'CALL_TO_API_FAILED' };
const TIMED_OUT: Outcome = { status: 504, code: 'TIMEOUT' };

/** An event that was answered, and the calls that BioT met meanwhile. `traceId` is undefined when it had none. */
export type Answered = {
  kind: Kind;
  traceId: string | undefined;
  answer: Answer;
  calls: Call[];
  timeMs: number;
};

/** What it was answered with, in which trace, and what is wrong with that. */
export type Verdict = { code: string; traceId: string; wrong: string[] };

export type Judge = {
  judge(answered: Answered): Verdict;
  /** BioT has another key, which the plugin does not know yet. */
  onRotation(): void;
};

/** What is left of an answer when all that is the event's own is taken out of its body. */
type Told = Outcome & { traceId: string; body: string };

/** Holds each answer against what BioT answered to the calls of that event, and against the first answer of its kind. */
export function createJudge(): Judge {
  const firstBodies = new Map<string, string>();
  const keys = { failedAt: 0, areKnown: true };
  return {
    onRotation() {
      keys.areKnown = false;
    },
    judge(answered) {
      const { kind, calls } = answered;
      const told = readAnswer(answered.answer);
      const mayFail = mayFailUncalled(kind, calls, keys);
      noteKeys(calls, keys);
      const due = mayFail && told.code === CALL_FAILED.code ? CALL_FAILED : toDue(kind, calls);
      const first = (told.code === kind.due.code && firstBodies.get(kind.name)) || told.body;
      if (told.code === kind.due.code) firstBodies.set(kind.name, first);
      const wrong = find({ ...answered, told, due, first }).map(
        (finding) => `${kind.name} ${told.traceId}: ${finding} (BioT: ${toText(calls)})`,
      );
      return { code: told.code, traceId: told.traceId, wrong };
    },
  };
}

type Keys = { failedAt: number; areKnown: boolean };

/** When BioT could not give its keys it is not asked again for a second: an event that needs other ones fails uncalled. */
function mayFailUncalled({ signedBy }: Kind, calls: Call[], { failedAt, areKnown }: Keys): boolean {
  const needsKeys = signedBy === 'a stranger' || (signedBy === 'BioT' && !areKnown);
  return needsKeys && calls.length === 0 && Date.now() - failedAt < PAUSE_AFTER_FAILED_KEYS_MS + CLOCK_MS;
}

function noteKeys(calls: Call[], keys: Keys): void {
  const end = calls.findLast(({ name }) => name === 'key')?.end;
  if (end === 'good') keys.areKnown = true;
  if (end === 'failed') keys.failedAt = Date.now();
}

/** BioT's last answer decides: what failed before it was made good. */
function toDue({ due }: Kind, calls: Call[]): Outcome {
  const end = calls.at(-1)?.end;
  if (end === 'silent') return TIMED_OUT;
  return end === 'failed' ? CALL_FAILED : due;
}

function readAnswer({ statusCode, headers, body }: Answer): Told {
  const text = String(body);
  const [, traceId = 'none'] = /^00-([0-9a-f]{32})-/.exec(headers.traceparent ?? '') ?? [];
  const code = statusCode === 200 ? 'OK' : readCode(text);
  return { status: statusCode, code, traceId, body: text.replaceAll(traceId, '') };
}

/** What is no answer of the plugin's has no code, and is told as wrong. */
function readCode(text: string): string {
  try {
    return String(JSON.parse(text).code);
  } catch {
    return 'none';
  }
}

type Finding = Answered & { told: Told; due: Outcome; first: string };

function find({ told, due, first, traceId, calls, answer, timeMs }: Finding): string[] {
  const isDue = told.status === due.status && told.code === due.code;
  const isInTrace = traceId === undefined || told.traceId === traceId;
  return [
    ...unless(isDue, `answered ${told.status} ${told.code}, not ${due.status} ${due.code}`),
    ...unless(isInTrace, `its trace was ${traceId}`),
    ...unless(calls.every(isOf(told.traceId)), 'called BioT in another trace'),
    ...unless(answer.ms < timeMs, `answered after ${answer.ms} ms`),
    ...unless(told.body === first, `answered ${told.body}, where the first was ${first}`),
  ];
}

const unless = (isRight: boolean, finding: string): string[] => (isRight ? [] : [finding]);

const isOf =
  (traceId: string) =>
  ({ traceparent }: Call): boolean =>
    traceparent?.includes(`-${traceId}-`) ?? false;

const toText = (calls: Call[]): string =>
  calls.map(({ name, end }) => `${name} ${end}`).join(', ') || 'not called';
