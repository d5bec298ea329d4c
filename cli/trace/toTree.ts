import type { Span } from '../../emulator/traces.ts';

/** A span with what happened within it, in the order of time. */
export type Branch = { span: Span; children: Branch[] };

/** The spans as they belong together; what nobody asked for stands at the top. */
export function toTree(spans: Span[]): Branch[] {
  const branches = new Map(spans.map((span) => [span.id, { span, children: [] as Branch[] }]));
  const roots: Branch[] = [];
  for (const branch of branches.values()) {
    const parent = findParent(branch.span, spans);
    (branches.get(parent?.id ?? '')?.children ?? roots).push(branch);
  }
  return roots;
}

/** A call of the plugin's may come with a span of its own making: then it is within the hook that was going on. */
function findParent(span: Span, spans: Span[]): Span | undefined {
  if (span.parentId !== undefined) return spans.find(({ id }) => id === span.parentId);
  const around = spans.filter((other) => other !== span && isAround(other, span));
  if (span.kind === 'API' && isOneOfSeveral(around)) return undefined;
  return around.sort((a, b) => a.startMs - b.startMs).at(-1);
}

/** Two invocations of one plugin at the same time: whose call it was nobody knows. */
function isOneOfSeveral(around: Span[]): boolean {
  const plugins = around.filter(({ kind }) => kind === 'INVOCATION').map(({ name }) => name);
  return new Set(plugins).size < plugins.length;
}

function isAround(outer: Span, inner: Span): boolean {
  if (outer.kind === 'LOG' || (inner.kind === 'LOG' && outer.plugin !== inner.plugin)) return false;
  if (outer.kind === inner.kind) return false;
  const isOpen = outer.ms === undefined;
  return outer.startMs < inner.startMs && (isOpen || inner.startMs < outer.startMs + (outer.ms ?? 0));
}
