import { createOpenInvocations, type Invocation, type OpenInvocations } from './openInvocations.ts';
import { randomHex } from './randomHex.ts';
import { withoutTokens } from './withoutTokens.ts';

/** What a span tells beside its name and time, like `status` or `coldStart`. Bodies without tokens. */
export type Facts = Record<string, unknown>;

/**
 * Something that took its time within a trace: an API call, a hook that BioT called, the function behind it; or a log
 * line, which takes none. Times are milliseconds; `startMs` counts from the trace's beginning.
 */
export type Span = {
  /** 16 hex digits, as in a `traceparent` header. */
  id: string;
  parentId?: string;
  kind: 'API' | 'HOOK' | 'INVOCATION' | 'LOG';
  name: string;
  startMs: number;
  /** Absent while it goes on. */
  ms?: number;
} & Facts;

/** All that belongs to one API call. `startedAt` is ISO 8601. */
export type Trace = { traceId: string; startedAt: string; spans: Span[] };

export type NewSpan = { kind: Span['kind']; name: string; parentId?: string } & Facts;

export type OpenSpan = { id: string; end(facts?: Facts): void };

export type Traces = {
  start(traceId: string, span: NewSpan): OpenSpan;
  /** What comes of the first trace belongs to the second one from now on, as long as that is kept. */
  join(traceId: string, into: string): void;
  /** The id of the trace that it is kept in: its own, or that of the one it was joined to. Undefined for none. */
  resolve(traceId: string): string | undefined;
  hasSpan(traceId: string, spanId: string): boolean;
  /** The invocations of a plugin that go on. */
  openInvocations(plugin: string): Invocation[];
  /** Undefined for a trace that never was, or is forgotten. */
  find(traceId: string): Trace | undefined;
  /** The last traces, newest first. */
  list(): Trace[];
};

/** Traces, characters of all their bodies, and spans of one trace. */
const LIMITS = { capacity: 200, maxCharacters: 32 * 1024 * 1024, maxSpans: 1000 };
/** What a span takes beside its bodies, roughly. */
const SPAN_CHARACTERS = 300;

type Kept = {
  traceId: string;
  startedAt: string;
  spans: Map<string, Span>;
  /** The ids of the traces that belong to it. */
  joined: Set<string>;
  begun: number;
  characters: number;
};

/** The last API calls with all that belongs to them, in memory, as long as they fit; of a call not without end. */
export function createTraces(limits: Partial<typeof LIMITS> = {}): Traces {
  const { maxSpans, maxCharacters, ...all } = { ...LIMITS, ...limits };
  const open = createOpenInvocations();
  const { kept, joined, find, count } = createShelf({ ...all, maxCharacters }, open);
  return {
    start(traceId, span) {
      const trace = find(traceId) ?? newTrace(traceId);
      kept.set(trace.traceId, trace);
      if (trace.spans.size >= maxSpans || trace.characters >= maxCharacters) return unkept();
      const opened = addSpan(trace, span);
      const { id } = opened;
      if (span.kind === 'INVOCATION') open.add(span.name, { traceId: trace.traceId, spanId: id });
      count(trace, SPAN_CHARACTERS + sizeOf(span));
      return {
        id,
        end(facts = {}) {
          open.delete(id);
          Object.assign(opened, { ms: sinceMs(trace.begun + opened.startMs) }, facts);
          count(trace, sizeOf(facts));
        },
      };
    },
    join(traceId, into) {
      const trace = kept.get(into);
      if (!trace || trace.joined.size >= maxSpans) return;
      trace.joined.add(traceId);
      joined.set(traceId, trace);
    },
    resolve: (traceId) => find(traceId)?.traceId,
    hasSpan: (traceId, spanId) => find(traceId)?.spans.has(spanId) ?? false,
    openInvocations: open.of,
    find: (traceId) => toTrace(find(traceId)),
    list: () => [...kept.values()].reverse().map((trace) => toTrace(trace) as Trace),
  };
}

/** The traces by their ids, and by those of the ones that were joined to them; the oldest go when all do not fit. */
function createShelf(
  { capacity, maxCharacters }: Pick<typeof LIMITS, 'capacity' | 'maxCharacters'>,
  open: OpenInvocations,
) {
  const kept = new Map<string, Kept>();
  const joined = new Map<string, Kept>();
  let total = 0;
  const forget = (trace: Kept) => {
    kept.delete(trace.traceId);
    for (const other of trace.joined) joined.delete(other);
    for (const spanId of trace.spans.keys()) open.delete(spanId);
    total -= trace.characters;
  };
  return {
    kept,
    joined,
    find: (traceId: string) => joined.get(traceId) ?? kept.get(traceId),
    count(trace: Kept, characters: number) {
      if (kept.get(trace.traceId) !== trace) return;
      trace.characters += characters;
      total += characters;
      for (const oldest of kept.values()) {
        if ((kept.size <= capacity && total <= maxCharacters) || kept.size === 1) return;
        forget(oldest);
      }
    },
  };
}

function addSpan(trace: Kept, { kind, name, parentId, ...facts }: NewSpan): Span {
  const span: Span = {
    id: newSpanId(),
    ...(parentId && trace.spans.has(parentId) && { parentId }),
    kind,
    name,
    startMs: sinceMs(trace.begun),
    ...facts,
  };
  trace.spans.set(span.id, span);
  return span;
}

const newSpanId = (): string => randomHex(8);

const unkept = (): OpenSpan => ({ id: newSpanId(), end: () => undefined });

const newTrace = (traceId: string): Kept => ({
  traceId,
  startedAt: new Date().toISOString(),
  spans: new Map(),
  joined: new Set(),
  begun: performance.now(),
  characters: 0,
});

function toTrace(kept: Kept | undefined): Trace | undefined {
  if (!kept) return undefined;
  const { traceId, startedAt, spans } = kept;
  return { traceId, startedAt, spans: [...spans.values()].map(readBodies) };
}

/** Milliseconds to two digits. */
const sinceMs = (begun: number): number => Math.round((performance.now() - begun) * 100) / 100;

/** A body as it was sent or received, which nobody has to read unless somebody looks at the trace. */
class KeptBody {
  readonly text: string | Buffer;

  constructor(text: string | Buffer) {
    this.text = text;
  }
}

/** For the facts of a span: there it stands parsed and without tokens. Absent there when it is no JSON. */
export const keepBody = (text: string | Buffer): unknown => new KeptBody(text);

function readBodies(span: Span): Span {
  const facts = Object.entries(span).map(([name, fact]) =>
    fact instanceof KeptBody ? [name, withoutTokens(fact.text)] : [name, fact],
  );
  return Object.fromEntries(facts.filter(([, fact]) => fact !== undefined)) as Span;
}

function sizeOf(facts: object): number {
  let size = 0;
  for (const fact of Object.values(facts)) {
    if (fact instanceof KeptBody) size += fact.text.length;
    else if (typeof fact === 'object') size += JSON.stringify(fact).length;
  }
  return size;
}
