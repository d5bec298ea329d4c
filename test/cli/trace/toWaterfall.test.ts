import { toWaterfall, widthOf } from '../../../cli/trace/toWaterfall.ts';
import type { Span } from '../../../emulator/traces.ts';

const PATH = '/organization/v1/users/patients/a2d4c7d5-5b8e-4f0c-9f3b-0c1e2d3f4a5b';
const api: Span = { id: 'a', kind: 'API', name: `PATCH ${PATH}`, startMs: 0, ms: 1234.5, status: 503 };
const fault: Span = { id: 'f', kind: 'LOG', name: 'Fault 6e6c8cf0: status 503', startMs: 0 };
const line: Span = { id: 'l', parentId: 'a', kind: 'LOG', name: `\t\t${'word\t'.repeat(60)}`, startMs: 1 };
const notification: Span = {
  id: 'n',
  kind: 'HOOK',
  hook: 'NOTIFICATION',
  name: 'NOTIFICATION small',
  plugin: 'small',
  startMs: 1300,
  ms: 5,
  status: 204,
  event: { metadata: { entityTypeName: 'patient', actionName: '_create' } },
};

const draw = (spans: Span[], width: number) =>
  toWaterfall(
    { traceId: '6'.repeat(32), startedAt: '2026-01-01T00:00:00.000Z', spans },
    { paint: (_colour, text) => text, width },
  ).split('\n');

describe('toWaterfall', () => {
  it.each([60, 80, 100, 180])('keeps within %i columns and uses them', (width) => {
    const lines = draw([fault, api, line, notification], width);

    const widths = lines.map((text) => [...text].length);
    expect(Math.max(...widths)).toBe(width);
    expect(lines.join('\n')).not.toContain('\t');
  });

  it('heads the notifications of a call by its answer', () => {
    const lines = draw([fault, api, notification], 100);

    expect(lines.map((text) => text.split(/ {2}/)[0])).toEqual([
      expect.stringContaining('trace'),
      '| Fault 6e6c8cf0: status 503',
      expect.stringContaining('PATCH'),
      'after the answer',
      'NOTIFICATION small',
    ]);
  });

  it.each([
    ['TRIGGER patient _create', notification],
    ['REPLAY NOTIFICATION small', { ...notification, isReplay: true }],
  ])('heads what no call led to by %s', (heading, span) => {
    const [, first] = draw([span], 100);

    expect(first).toBe(heading);
  });
});

describe('widthOf', () => {
  it.each([
    ['no terminal', undefined, 100],
    ['a narrow one', 40, 60],
    ['a usual one', 80, 80],
  ])('makes of %s with %s columns %i', (_what, columns, width) => {
    expect(widthOf({ ...(columns !== undefined && { columns }) })).toBe(width);
  });
});
