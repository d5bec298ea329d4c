import { getTraceId, toTraceparent } from '../../../src/runtime/getTraceId.ts';
import { TRACE_ID } from '../../builders/events.ts';

describe('getTraceId', () => {
  it.each([
    ['as BioT sends it', 'traceparent', `00-${TRACE_ID}-ff435abc75711595-00`],
    ['with the sampled flag', 'traceparent', `00-${TRACE_ID}-ff435abc75711595-01`],
    ['with a name in another case', 'TraceParent', `00-${TRACE_ID}-ff435abc75711595-00`],
    ['in capital letters', 'traceparent', `00-${TRACE_ID.toUpperCase()}-FF435ABC75711595-00`],
    ['with spaces around it', 'traceparent', ` 00-${TRACE_ID}-ff435abc75711595-00 `],
    ['of a later version with more in it', 'traceparent', `01-${TRACE_ID}-ff435abc75711595-00-more`],
  ])('returns the trace id of the header %s', (_name, name, value) => {
    const traceId = getTraceId({ headers: { [name]: value } });

    expect(traceId).toBe(TRACE_ID);
  });

  it.each<[string, unknown]>([
    ['no event', undefined],
    ['null', null],
    ['text', 'event'],
    ['an event without headers', {}],
    ['headers that are null', { headers: null }],
    ['no such header', { headers: {} }],
    ['a header that is null', { headers: { traceparent: null } }],
    ['a header that is a list', { headers: { traceparent: [`00-${TRACE_ID}-ff435abc75711595-00`] } }],
    ['an empty header', { headers: { traceparent: '' } }],
    ['the placeholder of BioT’s samples', { headers: { traceparent: 'traceparent-not-set' } }],
    ['a trace of zeros', { headers: { traceparent: `00-${'0'.repeat(32)}-ff435abc75711595-00` } }],
    ['a trace that is too short', { headers: { traceparent: '00-691d9a7e-ff435abc75711595-00' } }],
    ['something before the trace', { headers: { traceparent: `x00-${TRACE_ID}-ff435abc75711595-00` } }],
    ['what is not hexadecimal', { headers: { traceparent: `00-${'g'.repeat(32)}-ff435abc75711595-00` } }],
  ])('returns a new one for %s', (_name, event) => {
    const traceIds = [getTraceId(event), getTraceId(event)];

    expect(traceIds).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
    expect(traceIds[0]).not.toBe(traceIds[1]);
    expect(traceIds).not.toContain(TRACE_ID);
  });
});

describe('toTraceparent', () => {
  it('returns the same trace with a span of its own', () => {
    const first = toTraceparent(TRACE_ID);
    const second = toTraceparent(TRACE_ID);

    expect(first).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
    expect(second).not.toBe(first);
    expect(getTraceId({ headers: { traceparent: first } })).toBe(TRACE_ID);
  });
});
