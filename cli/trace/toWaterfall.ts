import { traceName } from '../../emulator/console/traceName.ts';
import type { Span, Trace } from '../../emulator/traces.ts';
import { changes, toChangeText } from './changes.ts';
import { type Branch, toTree } from './toTree.ts';

const MIN_WIDTH = 60;
const WIDTH = 100;
/** The status, the time, and what stands between the columns. */
const FIXED_WIDTH = 18;
const BAR_SHARE = 0.37;

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: 'red' | 'green' | 'yellow' | 'dim', text: string) => string;

export type Look = { paint: Paint; width: number };

type Scale = Look & { totalMs: number; labelWidth: number; barWidth: number };

/** How wide a waterfall may be: as the terminal, but not too narrow for its columns. Else 100, as in a file. */
export const widthOf = ({ columns }: { columns?: number }): number =>
  columns ? Math.max(MIN_WIDTH, columns) : WIDTH;

/** One API call with all that belongs to it, a line each, within the width. */
export function toWaterfall(trace: Trace, look: Look): string {
  const scale = toScale(trace, look);
  const dim = (text: string) => look.paint('dim', cut(text, look.width));
  const tree = toTree(trace.spans);
  const during = tree.map((branch) => without(branch, isNotification));
  const later = tree.flatMap((branch) => pick(branch, isNotification));
  return [
    dim(`trace ${trace.traceId}, ${trace.startedAt}`),
    ...during.flatMap((branch) => (branch ? toLines(branch, 0, scale) : [])),
    ...(later.length > 0 ? [dim(during.some(isAnswered) ? 'after the answer' : traceName(trace))] : []),
    ...later.flatMap((branch) => toLines(branch, 0, scale)),
  ].join('\n');
}

function toScale({ spans }: Trace, look: Look): Scale {
  const ends = spans.map(({ startMs, ms = 0 }) => startMs + ms);
  const barWidth = Math.floor((look.width - FIXED_WIDTH) * BAR_SHARE);
  const labelWidth = look.width - FIXED_WIDTH - barWidth;
  return { ...look, totalMs: Math.max(1, ...ends), labelWidth, barWidth };
}

/** What is notified without it was triggered: a fault is told before the call that it is of. */
const isAnswered = (branch: Branch | undefined): boolean =>
  branch !== undefined && branch.span.kind !== 'LOG';

const isNotification = ({ kind, hook }: Span): boolean => kind === 'HOOK' && hook === 'NOTIFICATION';

function without(branch: Branch, isOut: (span: Span) => boolean): Branch | undefined {
  if (isOut(branch.span)) return undefined;
  const children = branch.children
    .map((child) => without(child, isOut))
    .filter((child) => child !== undefined);
  return { span: branch.span, children };
}

function pick(branch: Branch, isIn: (span: Span) => boolean): Branch[] {
  return isIn(branch.span) ? [branch] : branch.children.flatMap((child) => pick(child, isIn));
}

function toLines({ span, children }: Branch, depth: number, scale: Scale): string[] {
  const indent = '  '.repeat(depth);
  if (span.kind === 'LOG') return [scale.paint('dim', cut(`${indent}| ${oneLine(span.name)}`, scale.width))];
  const facts = [
    ...changesOf(span).map((change) => cut(`${indent}  ~ ${change}`, scale.width)),
    ...(span.error ? [cut(`${indent}  ! ${oneLine(String(span.error))}`, scale.width)] : []),
  ];
  const within = children.flatMap((child) => toLines(child, depth + 1, scale));
  return [toLine(span, indent, scale), ...facts, ...within];
}

function toLine(span: Span, indent: string, scale: Scale): string {
  const label = cut(indent + labelOf(span), scale.labelWidth).padEnd(scale.labelWidth);
  const status = String(span.status ?? '').padStart(3);
  const ms = span.ms === undefined ? '…' : `${span.ms.toFixed(1)} ms`;
  return `${label} ${colourOf(span, status, scale.paint)} ${toBar(span, scale)} ${ms.padStart(11)}`;
}

function labelOf({ kind, name, coldStart }: Span): string {
  if (kind === 'INVOCATION') return `Lambda ${name}${coldStart ? ', cold start' : ''}`;
  return name;
}

function colourOf({ status, error }: Span, text: string, paint: Paint): string {
  if (error || Number(status) >= 500) return paint('red', text);
  return paint(Number(status) >= 400 ? 'yellow' : 'green', text);
}

/** Where in the whole it was, and how long; at least one mark. */
function toBar({ startMs, ms = 0 }: Span, { totalMs, paint, barWidth }: Scale): string {
  const at = Math.min(barWidth - 1, Math.floor((startMs / totalMs) * barWidth));
  const length = Math.max(1, Math.min(barWidth - at, Math.round((ms / totalMs) * barWidth)));
  return `${paint('dim', '·'.repeat(at))}${'█'.repeat(length)}${paint('dim', '·'.repeat(barWidth - at - length))}`;
}

/** Tabs and line ends would take more room than they count. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

/** What the hook made of the request, or of the response. */
function changesOf({ kind, event, answer, status }: Span): string[] {
  if (kind !== 'HOOK' || Number(status) >= 300) return [];
  const [before, after] = [toFields(event), toFields(answer)];
  return ['request', 'response'].flatMap((part) => {
    const [asked, answered] = [toFields(before[part]), toFields(after[part])];
    return Object.entries(answered)
      .flatMap(([field, value]) => changes(asked[field], value, `${part}.${field}`))
      .map(toChangeText);
  });
}

const toFields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
