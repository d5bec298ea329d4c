import { toColumns } from '../toColumns.ts';
import type { DemoCall } from './calls.ts';

type Row = Omit<DemoCall, 'ok' | 'promise'>;

const HEADINGS = ['HOOK', 'CALL', 'CALLER SAW', 'CHANGED BY THE PLUGIN', 'TIME'];

/** A table for a terminal. */
export const toTable = (calls: Row[]): string => toColumns([HEADINGS, ...calls.map(toRow)]);

function toRow({ hook, call, status, changed, ms, coldStart }: Row): string[] {
  return [
    hook,
    call,
    String(status),
    changed.join(', ') || '–',
    `${Math.round(ms)} ms${coldStart ? ' (cold start)' : ''}`,
  ];
}
