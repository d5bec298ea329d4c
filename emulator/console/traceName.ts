import type { Span, Trace } from '../traces.ts';

/** What a trace is of: `POST /…`, `TRIGGER patient _create`, `REPLAY INTERCEPTOR_PRE my-plugin`, or else its first span. */
export function traceName({ spans }: Pick<Trace, 'spans'>): string {
  const first = spans.find(({ kind, parentId }) => kind !== 'LOG' && parentId === undefined) ?? spans[0];
  if (first?.isReplay) return `REPLAY ${first.name}`;
  return triggerName(first) ?? first?.name ?? '';
}

/** A notification that no API call led to was triggered. Undefined for anything else. */
function triggerName(first: Span | undefined): string | undefined {
  if (first?.hook !== 'NOTIFICATION') return undefined;
  const { metadata } = Object(first.event) as { metadata?: Record<string, unknown> };
  return metadata && `TRIGGER ${metadata.entityTypeName} ${metadata.actionName}`;
}
