import { randomBytes } from 'node:crypto';

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
  /** Undefined for a trace that never was, or is forgotten. */
  find(traceId: string): Trace | undefined;
  /** The last traces, newest first. */
  list(): Trace[];
};

const CAPACITY = 200;
const MAX_CHARACTERS = 32 * 1024 * 1024;

type Kept = Trace & { begun: number; characters: number };

/** The last API calls with all that belongs to them, in memory, as long as they fit. */
export function createTraces({ capacity = CAPACITY, maxCharacters = MAX_CHARACTERS } = {}): Traces {
  const kept = new Map<string, Kept>();
  const count = (trace: Kept, facts: Facts) => {
    trace.characters += JSON.stringify(facts).length;
    forgetOldest(kept, { capacity, maxCharacters });
  };
  return {
    start(traceId, { kind, name, parentId, ...facts }) {
      const trace = kept.get(traceId) ?? newTrace(traceId);
      kept.set(traceId, trace);
      const begun = performance.now();
      const isKnown = trace.spans.some(({ id }) => id === parentId);
      const span: Span = {
        id: randomBytes(8).toString('hex'),
        ...(parentId && isKnown && { parentId }),
        kind,
        name,
        startMs: round(begun - trace.begun),
        ...facts,
      };
      trace.spans.push(span);
      count(trace, span);
      return {
        id: span.id,
        end(more = {}) {
          Object.assign(span, { ms: round(performance.now() - begun) }, more);
          count(trace, more);
        },
      };
    },
    find: (traceId) => toTrace(kept.get(traceId)),
    list: () => [...kept.values()].reverse().map((trace) => toTrace(trace) as Trace),
  };
}

const newTrace = (traceId: string): Kept => ({
  traceId,
  startedAt: new Date().toISOString(),
  spans: [],
  begun: performance.now(),
  characters: 0,
});

function toTrace(kept: Kept | undefined): Trace | undefined {
  if (!kept) return undefined;
  const { traceId, startedAt, spans } = kept;
  return { traceId, startedAt, spans };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

function forgetOldest(
  kept: Map<string, Kept>,
  { capacity, maxCharacters }: { capacity: number; maxCharacters: number },
): void {
  let characters = [...kept.values()].reduce((sum, trace) => sum + trace.characters, 0);
  for (const [traceId, trace] of kept) {
    if ((kept.size <= capacity && characters <= maxCharacters) || kept.size === 1) return;
    kept.delete(traceId);
    characters -= trace.characters;
  }
}

const TOKEN_FIELD = /^(authorization|cookie|jwt|token|accessToken|refreshToken|password|secretKey)$/i;

/** A body as it may be kept, as anybody on this machine can read it: without tokens. Undefined when it is no JSON. */
export function withoutTokens(body: unknown): unknown {
  try {
    const text = Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
    return JSON.parse(text, (key, value) => (TOKEN_FIELD.test(key) ? '[redacted]' : value));
  } catch {
    return undefined;
  }
}
