import { type Branch, toTree } from '../../../cli/trace/toTree.ts';
import type { Span } from '../../../emulator/traces.ts';

const invocation = (id: string, name: string, startMs: number): Span => ({
  ...{ id, kind: 'INVOCATION', name, startMs, ms: 100 },
});

const toNames = ({ span, children }: Branch): unknown => [span.id, ...children.map(toNames)];

describe('toTree', () => {
  it.each<[string, string, unknown]>([
    ['first', 'other', [['1'], ['2', ['call']]]],
    ['first', 'first', [['1'], ['2'], ['call']]],
  ])('puts a call without parent during %s and %s where it must have been', (one, two, expected) => {
    const call: Span = { id: 'call', kind: 'API', name: 'GET /device/v2/devices', startMs: 50, ms: 1 };

    const tree = toTree([invocation('1', one, 10), invocation('2', two, 20), call]);

    expect(tree.map(toNames)).toEqual(expected);
  });
});
