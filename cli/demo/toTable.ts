import type { DemoCall } from './calls.ts';

type Row = Omit<DemoCall, 'ok' | 'promise'>;

const HEADINGS = ['HOOK', 'CALL', 'CALLER SAW', 'CHANGED BY THE PLUGIN', 'TIME'];

/** A table for a terminal. */
export function toTable(calls: Row[]): string {
  const rows = [HEADINGS, ...calls.map(toRow)];
  const widths = HEADINGS.map((_heading, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toRow({ hook, call, status, changed, ms, coldStart }: Row): string[] {
  return [
    hook,
    call,
    String(status),
    changed.join(', ') || '–',
    `${Math.round(ms)} ms${coldStart ? ' (cold start)' : ''}`,
  ];
}
