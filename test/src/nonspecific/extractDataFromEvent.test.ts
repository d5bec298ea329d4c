import { extractDataFromEvent } from '../../../src/nonspecific/extractDataFromEvent.ts';
import { directEvent, scheduledEvent, toBase64, withBody } from '../../builders/events.ts';

describe('extractDataFromEvent', () => {
  it.each<[string, unknown, object]>([
    ['an EventBridge rule', scheduledEvent(), { time: '2024-06-03T12:20:09Z' }],
    ['a schedule that tells no time', scheduledEvent({ time: undefined }), {}],
    ['the older convention', { headers: {}, body: { scheduled: true } }, {}],
  ])('returns a scheduled run, which needs no token, for %s', (_name, event, time) => {
    const extracted = extractDataFromEvent(event);

    expect(extracted).toEqual({ data: { kind: 'scheduled', ...time }, isFromAccount: true });
    expect(extracted).not.toHaveProperty('token');
  });

  it('returns a direct call with its token', () => {
    const extracted = extractDataFromEvent(directEvent('the-token'));

    expect(extracted).toEqual({
      data: {
        kind: 'http',
        method: 'POST',
        path: '/status',
        query: { a: '1,2' },
        body: { question: 'how many' },
      },
      token: 'the-token',
    });
  });

  it.each<[string, unknown]>([
    [
      'the body',
      withBody(directEvent(undefined), '{"scheduled":true,"isFromAccount":true,"source":"aws.events"}'),
    ],
    [
      'the query',
      { ...directEvent(undefined), queryStringParameters: { scheduled: 'true', source: 'aws.events' } },
    ],
    ['a header', directEvent(undefined, { headers: { source: 'aws.events', scheduled: 'true' } })],
  ])('takes nobody for the scheduler who says so over HTTP in %s', (_name, event) => {
    const extracted = extractDataFromEvent(event);

    expect(extracted).toMatchObject({ data: { kind: 'http' } });
    expect(extracted).not.toHaveProperty('isFromAccount');
    expect(extracted).not.toHaveProperty('token');
  });

  it('returns the same for a body in base64', () => {
    const event = directEvent('the-token');

    const extracted = extractDataFromEvent(toBase64(event));

    expect(extracted).toEqual(extractDataFromEvent(event));
  });

  it.each<[string, string, unknown]>([
    ['application/json', '[1]', [1]],
    ['application/json; charset=utf-8', '{"a":null}', { a: null }],
    ['application/problem+json', '"text"', 'text'],
    ['application/json', 'null', null],
    ['text/plain', '{"a":1}', '{"a":1}'],
    ['text/csv', 'a,b', 'a,b'],
  ])('parses a body of type %s if it is JSON: %s', (type, text, expected) => {
    const event = directEvent('t', { headers: { 'content-type': type } });

    const { data } = extractDataFromEvent(withBody(event, text));

    expect(data).toHaveProperty('body', expected);
  });

  it('decodes text that came as base64', () => {
    const event = withBody(directEvent('t', { headers: { 'content-type': 'text/plain' } }), 'ZsO8cg==');

    const { data } = extractDataFromEvent({ ...event, isBase64Encoded: true });

    expect(data).toHaveProperty('body', 'für');
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
  ])('leaves out a body that is %s', (_name, body) => {
    const { data } = extractDataFromEvent(withBody(directEvent('t'), body));

    expect(data).not.toHaveProperty('body');
  });

  it('throws INVALID_BODY when a JSON body is broken', () => {
    const extract = () => extractDataFromEvent(withBody(directEvent('t'), '{"a":'));

    expect(extract).toThrow(expect.objectContaining({ code: 'INVALID_BODY', status: 400 }));
  });

  it.each<[string, unknown]>([
    ['an empty event', {}],
    ['an event of nulls', { headers: null, requestContext: null, queryStringParameters: null, body: null }],
    ['no event', undefined],
  ])('returns a direct call without a token for %s', (_name, event) => {
    const extracted = extractDataFromEvent(event);

    expect(extracted).toEqual({ data: { kind: 'http', method: 'POST', path: '/', query: {} } });
  });
});
