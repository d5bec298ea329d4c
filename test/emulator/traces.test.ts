import { createTraces, keepBody } from '../../emulator/traces.ts';
import { withoutTokens } from '../../emulator/withoutTokens.ts';

const SPAN_ID = expect.stringMatching(/^[0-9a-f]{16}$/);

describe('createTraces', () => {
  it('finds the spans of a trace in their order, each with its parent', () => {
    const traces = createTraces();
    const first = traces.start('a', { kind: 'HOOK', name: 'first', plugin: 'example' });
    traces.start('b', { kind: 'HOOK', name: 'other' });
    const second = traces.start('a', { kind: 'INVOCATION', name: 'second', parentId: first.id });
    second.end({ status: 200 });

    const found = traces.find('a');

    expect(found).toEqual({
      traceId: 'a',
      startedAt: expect.any(String),
      spans: [
        { id: SPAN_ID, kind: 'HOOK', name: 'first', startMs: expect.any(Number), plugin: 'example' },
        {
          ...{ id: SPAN_ID, kind: 'INVOCATION', name: 'second', parentId: first.id, status: 200 },
          ...{ startMs: expect.any(Number), ms: expect.any(Number) },
        },
      ],
    });
  });

  it('names no parent that is not in the trace', () => {
    const traces = createTraces();
    traces.start('a', { kind: 'API', name: 'first', parentId: 'ff435abc75711595' });

    const found = traces.find('a');

    expect(found?.spans[0]).not.toHaveProperty('parentId');
  });

  it('forgets the oldest trace beyond its capacity, and knows no others', () => {
    const traces = createTraces({ capacity: 2 });
    for (const id of ['a', 'b', 'c']) traces.start(id, { kind: 'API', name: id });

    const found = ['a', 'b', 'c', 'never'].map((id) => traces.find(id)?.spans[0]?.name);

    expect(found).toEqual([undefined, 'b', 'c', undefined]);
    expect(traces.list().map(({ traceId }) => traceId)).toEqual(['c', 'b']);
  });

  it('adds what comes of a joined trace to the other, until that is forgotten', () => {
    const traces = createTraces({ capacity: 2 });
    const { id } = traces.start('a', { kind: 'INVOCATION', name: 'plugin' });
    const open = traces.openInvocations('plugin');
    traces.join('b', 'a');
    traces.start('b', { kind: 'API', name: 'joined' });
    const found = traces.find('b');
    for (const id of ['c', 'd']) traces.start(id, { kind: 'API', name: id });

    const forgotten = traces.find('b');

    expect(['b', 'd', 'never'].map(traces.resolve)).toEqual([undefined, 'd', undefined]);
    expect([open, found?.traceId, found?.spans.map(({ name }) => name), forgotten]).toEqual([
      [{ traceId: 'a', spanId: id }],
      'a',
      ['plugin', 'joined'],
      undefined,
    ]);
  });

  it('knows which invocations of a plugin go on, and no forgotten one', () => {
    const traces = createTraces({ capacity: 2 });
    const invoke = (traceId: string, name: string) => traces.start(traceId, { kind: 'INVOCATION', name });
    invoke('forgotten', 'plugin');
    invoke('a', 'plugin').end();
    invoke('a', 'other');
    const { id } = invoke('b', 'plugin');

    const open = traces.openInvocations('plugin');

    expect(open).toEqual([{ traceId: 'b', spanId: id }]);
    expect([traces.hasSpan('b', id), traces.hasSpan('a', id), traces.hasSpan('never', id)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('forgets the oldest trace when what it keeps grows too large, but never the newest', () => {
    const traces = createTraces({ maxCharacters: 1000 });
    for (const id of ['a', 'b', 'c']) {
      traces
        .start(id, { kind: 'API', name: id })
        .end({ answer: keepBody('1'.repeat(id === 'c' ? 2000 : 400)) });
    }

    expect(traces.list().map(({ traceId }) => traceId)).toEqual(['c']);
  });

  it('keeps no more of one trace than it may, and goes on giving out ids', () => {
    const traces = createTraces({ maxSpans: 2 });
    const spans = ['1', '2', '3'].map((name) => traces.start('a', { kind: 'API', name }));
    for (const span of spans) span.end({ status: 200 });

    expect(traces.find('a')?.spans.map(({ name, status }) => [name, status])).toEqual([
      ['1', 200],
      ['2', 200],
    ]);
    expect(spans.map(({ id }) => id)).toEqual([SPAN_ID, SPAN_ID, SPAN_ID]);
  });

  it('does not count what it has forgotten', () => {
    const traces = createTraces({ capacity: 2, maxCharacters: 10_000 });
    const late = traces.start('old', { kind: 'API', name: 'old' });
    for (const id of ['a', 'b']) traces.start(id, { kind: 'API', name: id });

    late.end({ answer: keepBody('1'.repeat(9999)) });
    traces.start('b', { kind: 'API', name: 'more' });

    expect(traces.list().map(({ traceId }) => traceId)).toEqual(['b', 'a']);
  });
});

describe('keepBody', () => {
  it('is read only when somebody looks, without tokens; what is no JSON is left out', () => {
    const traces = createTraces();
    const body = Buffer.from('{"a":1,"jwt":"secret"}');

    const span = traces.start('a', { kind: 'HOOK', name: 'hook', event: keepBody(body) });
    span.end({ answer: keepBody('no JSON') });

    expect(traces.find('a')?.spans).toEqual([
      {
        ...{ id: SPAN_ID, kind: 'HOOK', name: 'hook', event: { a: 1, jwt: '[redacted]' } },
        ...{ startMs: expect.any(Number), ms: expect.any(Number) },
      },
    ]);
  });
});

describe('withoutTokens', () => {
  it('keeps a body but for what lets somebody in', () => {
    const body = { a: 1, jwt: 'x', headers: { Authorization: 'Bearer y' }, list: [{ password: 'z' }] };

    expect(withoutTokens(Buffer.from(JSON.stringify(body)))).toEqual({
      a: 1,
      jwt: '[redacted]',
      headers: { Authorization: '[redacted]' },
      list: [{ password: '[redacted]' }],
    });
  });

  it('takes out what looks like a token wherever it stands', () => {
    const body = JSON.stringify({
      text: 'I am eyJhbGciOiJub25lIn0.e30.c2ln, let me in',
      lines: ['eyJhIjoxfQ.e30.'],
    });

    expect(withoutTokens(body)).toEqual({
      text: 'I am [redacted], let me in',
      lines: ['[redacted]'],
    });
  });

  it('gives nothing for what is no JSON', () => {
    expect(withoutTokens(Buffer.from('no JSON'))).toBeUndefined();
  });
});
