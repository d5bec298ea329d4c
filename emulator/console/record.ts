import { BiotError } from '../biotError.ts';
import type { Span, Trace } from '../traces.ts';
import { createPseudonyms, type Pseudonyms } from './recordPseudonyms.ts';
import { recordValue } from './recordValue.ts';

/** An event that reached a plugin, and what that answered. No secrets, no personal values. */
export type RecordedEvent = {
  plugin: string;
  /** Like `INTERCEPTOR_PRE`. */
  hook: string;
  event: unknown;
  answer?: {
    status: number;
    body?: unknown;
    /** Pseudonyms for what the plugin did not find in the event, and so will not answer again. */
    incomparable?: string[];
  };
};

export type Recording = {
  format: 'biot-plugin-events/1';
  recordedAt: string;
  /** Of the calls that the events are of. */
  traceIds: string[];
  events: RecordedEvent[];
};

export type RecordChoice = {
  /** Of this trace only, be it a replayed one. */
  traceId?: string | undefined;
  /** The last so many events; without it those of the last trace that reached a plugin. Replayed ones do not count. */
  last?: number | undefined;
  /** Keep text of which nobody knows whether it is personal. */
  allowText: boolean;
};

/** @throws BiotError 404 when there is no event, 422 FREE_TEXT that names where such text stands */
export function record(traces: Trace[], choice: RecordChoice, now: Date): Recording {
  const chosen = choose(traces, choice);
  if (chosen.length === 0) throw notFound(choice);
  const pseudonyms = createPseudonyms();
  const unknown: string[] = [];
  const events = chosen.map(({ span }, index) => recordSpan(span, { index, pseudonyms, unknown }));
  if (unknown.length > 0 && !choice.allowText) throw toRefusal(unknown);
  const traceIds = [...new Set(chosen.map(({ traceId }) => traceId))];
  return { format: 'biot-plugin-events/1', recordedAt: now.toISOString(), traceIds, events };
}

type Chosen = { traceId: string; span: Span };

function choose(traces: Trace[], { traceId, last }: RecordChoice): Chosen[] {
  const ofTraces = traces
    .filter((trace) => (traceId === undefined ? !isReplayed(trace) : trace.traceId === traceId))
    .map(eventsOf)
    .filter((events) => events.length > 0);
  if (last === undefined) return ofTraces[0] ?? [];
  return ofTraces.reverse().flat().slice(-last);
}

const eventsOf = ({ traceId, spans }: Trace): Chosen[] =>
  spans
    .filter(({ kind, event }) => kind === 'HOOK' && event !== undefined)
    .map((span) => ({ traceId, span }));

const isReplayed = ({ spans }: Trace): boolean => spans.some((span) => span.isReplay);

const notFound = ({ traceId }: RecordChoice) =>
  new BiotError({
    status: 404,
    code: 'NOT_FOUND',
    message: `No event ${traceId === undefined ? '' : `of the trace ${traceId} `}has reached a plugin here`,
  });

type Parts = { index: number; pseudonyms: Pseudonyms; unknown: string[] };

function recordSpan(span: Span, { index, pseudonyms, unknown }: Parts): RecordedEvent {
  const event = recordValue(span.event, `events[${index}].event`, pseudonyms);
  const isHeard = span.hook !== 'NOTIFICATION'; // what a notification is answered is nobody's business
  const body = recordValue(isHeard ? span.answer : undefined, 'body', pseudonyms);
  unknown.push(...event.unknown, ...body.unknown.map((path) => `events[${index}].answer.${path}`));
  const inEvent = new Set(event.replaced.map(({ before }) => toCompared(before)));
  const incomparable = body.replaced
    .filter(({ before }) => !inEvent.has(toCompared(before)))
    .map(({ path }) => path);
  return {
    plugin: String(span.plugin),
    hook: String(span.hook),
    event: event.value,
    ...(typeof span.status === 'number' && {
      answer: {
        status: span.status,
        ...(body.value !== undefined && { body: body.value }),
        ...(incomparable.length > 0 && { incomparable }),
      },
    }),
  };
}

/** Pseudonyms keep the case of a text, and the spaces around it. */
const toCompared = (text: string): string => text.trim().toLowerCase();

function toRefusal(paths: string[]): BiotError {
  const message = `Text that may be personal stands in ${paths.join(', ')}`;
  return new BiotError({ status: 422, code: 'FREE_TEXT', message, details: { paths } });
}
