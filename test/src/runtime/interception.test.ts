import { extractInterception } from '../../../src/runtime/interception.ts';
import { preEvent, toBase64, withBody } from '../../builders/events.ts';

describe('extractInterception', () => {
  it('returns the intercepted call as it came, and the token of the header', () => {
    const event = preEvent('the-token');

    const extracted = extractInterception(event);

    expect(extracted).toEqual({ data: JSON.parse(event.body ?? ''), token: 'the-token' });
  });

  it('returns the same for a body in base64', () => {
    const event = preEvent('the-token');

    const extracted = extractInterception(toBase64(event));

    expect(extracted).toEqual(extractInterception(event));
  });

  it('takes the token from the event’s header, never from the intercepted request', () => {
    const extracted = extractInterception(preEvent(undefined));

    expect(extracted).not.toHaveProperty('token');
  });

  it.each(['Authorization', 'AUTHORIZATION'])('finds the token in a header written %s', (name) => {
    const event = preEvent(undefined, { headers: { [name]: 'Bearer the-token' } });

    const extracted = extractInterception(event);

    expect(extracted.token).toBe('the-token');
  });

  it('keeps null as null and absent as absent', () => {
    const request = { path: '/x', body: null, queryParameters: null };
    const event = preEvent('t', { body: { request, initiatorData: undefined, method: undefined } });

    const { data } = extractInterception(event);

    expect(Object.keys(data).sort()).toEqual(['apiId', 'entityName', 'request']);
    expect(data.request).toEqual(request);
    expect(Object.keys(data.request)).toEqual(['path', 'body', 'queryParameters']);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'later'],
    ['a list', []],
  ])('leaves out a response that is %s', (_name, response) => {
    const { data } = extractInterception(preEvent('t', { body: { response } }));

    expect(data).not.toHaveProperty('response');
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['text', '/path'],
    ['a list', ['/path']],
    ['empty', {}],
    ['without a path', { body: {} }],
    ['with null for its path', { path: null }],
    ['with a number for its path', { path: 5 }],
  ])('throws NO_DATA when the request is %s', (_name, request) => {
    const event = preEvent('t', { body: { request } });

    expect(() => extractInterception(event)).toThrow(
      expect.objectContaining({ code: 'NO_DATA', status: 400 }),
    );
  });

  it.each<[string, unknown, string]>([
    ['absent', undefined, 'NO_DATA'],
    ['null', null, 'NO_DATA'],
    ['empty', '', 'NO_DATA'],
    ['a list', '[]', 'NO_DATA'],
    ['broken', '{"request":', 'INVALID_BODY'],
  ])('throws when the body is %s', (_name, body, code) => {
    const event = withBody(preEvent('t'), body);

    expect(() => extractInterception(event)).toThrow(expect.objectContaining({ code, status: 400 }));
  });
});
