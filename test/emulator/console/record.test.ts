import { record } from '../../../emulator/console/record.ts';
import type { Span, Trace } from '../../../emulator/traces.ts';
import { withoutTokens } from '../../../emulator/withoutTokens.ts';

const hook = (name: string, more: object = {}): Span => ({
  id: name,
  kind: 'HOOK',
  hook: 'NOTIFICATION',
  name,
  plugin: name,
  startMs: 0,
  status: 204,
  event: withoutTokens('{}'),
  ...more,
});
const trace = (traceId: string, spans: Span[]): Trace => ({
  traceId,
  startedAt: '2026-01-01T00:00:00.000Z',
  spans,
});

/** Newest first. */
const TRACES = [
  trace('replayed', [hook('again', { isReplay: true }), hook('led-to')]),
  trace('silent', [{ id: 'api', kind: 'API', name: 'GET /', startMs: 0 }]),
  trace('new', [hook('third')]),
  trace('old', [hook('first'), hook('second')]),
];

describe('record', () => {
  const recordOf = (choice: { traceId?: string; last?: number }, traces = TRACES) => {
    const { traceIds, events } = record([...traces], { ...choice, allowText: false }, new Date(0));
    return { traceIds, plugins: events.map(({ plugin }) => plugin) };
  };

  it.each([
    ['the last that BioT sent', {}, { traceIds: ['new'], plugins: ['third'] }],
    ['so many of them', { last: 2 }, { traceIds: ['old', 'new'], plugins: ['second', 'third'] }],
    ['all of them', { last: 9 }, { traceIds: ['old', 'new'], plugins: ['first', 'second', 'third'] }],
    ['those of a trace', { traceId: 'old' }, { traceIds: ['old'], plugins: ['first', 'second'] }],
    [
      'replayed ones, if they are named',
      { traceId: 'replayed' },
      { traceIds: ['replayed'], plugins: ['again', 'led-to'] },
    ],
  ])('takes %s', (_what, choice, expected) => {
    expect(recordOf(choice)).toEqual(expected);
  });

  it.each([
    [{}, 'No event has reached a plugin here'],
    [{ traceId: 'silent' }, 'No event of the trace silent has reached a plugin here'],
  ])('says of %j that there is none', (choice, message) => {
    const traces = TRACES.slice(0, 2);

    expect(() => recordOf(choice, traces)).toThrow(expect.objectContaining({ status: 404, message }));
  });
});
