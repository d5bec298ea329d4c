import type { FastifyRequest } from 'fastify';
import { startApiSpan } from '../../../emulator/entities/apiSpan.ts';
import { createTraces, type OpenSpan, type Traces } from '../../../emulator/traces.ts';

const TRACE_ID = 'a'.repeat(32);
const OTHER_TRACE_ID = 'c'.repeat(32);
const OWN_SPAN_ID = 'b'.repeat(16);

const invoke = (traces: Traces, plugin: string, traceId = TRACE_ID): OpenSpan =>
  traces.start(traceId, { kind: 'INVOCATION', name: plugin });

function parentOfCall(traces: Traces, plugin: string, spanId = OWN_SPAN_ID): string | undefined {
  const headers = { traceparent: `00-${TRACE_ID}-${spanId}-00` };
  const request = { traceId: TRACE_ID, method: 'GET', url: '/device/v2/devices', headers };
  const { id } = startApiSpan(traces, request as unknown as FastifyRequest, { plugin });
  return traces.find(TRACE_ID)?.spans.find((span) => span.id === id)?.parentId;
}

describe('startApiSpan', () => {
  it("puts a plugin's call within its invocation that goes on", () => {
    const traces = createTraces();
    invoke(traces, 'first').end();
    const { id } = invoke(traces, 'first');
    invoke(traces, 'other');

    const parentId = parentOfCall(traces, 'first');

    expect(parentId).toBe(id);
  });

  it('does not guess which of two invocations of one plugin made a call', () => {
    const traces = createTraces();
    invoke(traces, 'first');
    invoke(traces, 'first');

    const parentId = parentOfCall(traces, 'first');

    expect(parentId).toBeUndefined();
  });

  it('believes the header when it names a span of the trace', () => {
    const traces = createTraces();
    const { id } = invoke(traces, 'first');
    invoke(traces, 'first');

    const parentId = parentOfCall(traces, 'first', id);

    expect(parentId).toBe(id);
  });

  it('joins the trace that a plugin makes up to that of its only invocation', () => {
    const traces = createTraces();
    const { id } = invoke(traces, 'first', OTHER_TRACE_ID);
    invoke(traces, 'other', 'd'.repeat(32));

    const parentId = parentOfCall(traces, 'first');

    expect([parentId, traces.find(TRACE_ID)?.traceId]).toEqual([id, OTHER_TRACE_ID]);
  });

  it('leaves a trace that a plugin makes up alone when the plugin does several things', () => {
    const traces = createTraces();
    invoke(traces, 'first', OTHER_TRACE_ID);
    invoke(traces, 'first', 'd'.repeat(32));

    const parentId = parentOfCall(traces, 'first');

    expect([parentId, traces.find(TRACE_ID)?.traceId]).toEqual([undefined, TRACE_ID]);
  });
});
