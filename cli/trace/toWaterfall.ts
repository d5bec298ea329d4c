import type { Span, Trace } from '../../emulator/traces.ts';
import { changes, toChangeText } from './changes.ts';
import { type Branch, toTree } from './toTree.ts';

const WIDTH = 100;
const LABEL_WIDTH = 52;
const BAR_WIDTH = 30;

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: 'red' | 'green' | 'yellow' | 'dim', text: string) => string;

type Scale = { totalMs: number; paint: Paint };

/** One API call with all that belongs to it, a line each, within 100 columns. */
export function toWaterfall(trace: Trace, paint: Paint): string {
  const ends = trace.spans.map(({ startMs, ms = 0 }) => startMs + ms);
  const scale = { totalMs: Math.max(1, ...ends), paint };
  const tree = toTree(trace.spans);
  const during = tree.map((branch) => without(branch, isNotification));
  const later = tree.flatMap((branch) => pick(branch, isNotification));
  return [
    paint('dim', `trace ${trace.traceId}, ${trace.startedAt}`),
    ...during.flatMap((branch) => (branch ? toLines(branch, 0, scale) : [])),
    ...(later.length > 0 ? [paint('dim', 'after the answer')] : []),
    ...later.flatMap((branch) => toLines(branch, 0, scale)),
  ].join('\n');
}

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
  if (span.kind === 'LOG') return [scale.paint('dim', cut(`${indent}| ${span.name}`, WIDTH))];
  const facts = [
    ...changesOf(span).map((change) => cut(`${indent}  ~ ${change}`, WIDTH)),
    ...(span.error ? [cut(`${indent}  ! ${span.error}`, WIDTH)] : []),
  ];
  const within = children.flatMap((child) => toLines(child, depth + 1, scale));
  return [toLine(span, indent, scale), ...facts, ...within];
}

function toLine(span: Span, indent: string, scale: Scale): string {
  const label = cut(indent + labelOf(span), LABEL_WIDTH).padEnd(LABEL_WIDTH);
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
function toBar({ startMs, ms = 0 }: Span, { totalMs, paint }: Scale): string {
  const at = Math.min(BAR_WIDTH - 1, Math.floor((startMs / totalMs) * BAR_WIDTH));
  const length = Math.max(1, Math.min(BAR_WIDTH - at, Math.round((ms / totalMs) * BAR_WIDTH)));
  return `${paint('dim', '·'.repeat(at))}${'█'.repeat(length)}${paint('dim', '·'.repeat(BAR_WIDTH - at - length))}`;
}

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
