import type { LogLine } from '../logs.ts';
import type { Span, Trace } from '../traces.ts';
import { redactText } from '../withoutTokens.ts';
import { traceName } from './traceName.ts';

/** One line about a trace. `status` and `ms` are the API call's or, without one, what began it; absent while it goes on. */
export type TraceSummary = {
  traceId: string;
  startedAt: string;
  name: string;
  status?: number;
  ms?: number;
  /** Like `INTERCEPTOR_PRE my-plugin`, in the order they were asked. */
  hooks: string[];
};

export function toSummary(trace: Trace): TraceSummary {
  const { traceId, startedAt, spans } = trace;
  const main = spans.find(({ kind, parentId }) => kind === 'API' && parentId === undefined) ?? spans[0];
  const status = main?.status;
  return {
    traceId,
    startedAt,
    name: traceName(trace),
    ...(typeof status === 'number' && { status }),
    ...(main?.ms !== undefined && { ms: main.ms }),
    hooks: spans.filter(({ kind }) => kind === 'HOOK').map(({ name }) => name),
  };
}

/** The trace with the log lines that were written in it, each under its invocation. */
export function withLogs(trace: Trace, lines: LogLine[]): Trace {
  const begun = Date.parse(trace.startedAt);
  const invocations = new Map(trace.spans.map(({ requestId, id }) => [requestId, id]));
  const ofTrace = lines.filter(
    ({ traceId, requestId }) =>
      traceId === trace.traceId || (requestId !== undefined && invocations.has(requestId)),
  );
  const spans = ofTrace.map((line, index): Span => {
    const parentId = line.requestId === undefined ? undefined : invocations.get(line.requestId);
    return {
      id: `log-${index}`,
      ...(parentId && { parentId }),
      kind: 'LOG',
      name: redactText(line.text),
      startMs: Math.max(0, Date.parse(line.at) - begun),
      plugin: line.plugin,
    };
  });
  return { ...trace, spans: [...trace.spans, ...spans].sort((a, b) => a.startMs - b.startMs) };
}
