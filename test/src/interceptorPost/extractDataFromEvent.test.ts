import { extractDataFromEvent } from '../../../src/interceptorPost/extractDataFromEvent.ts';
import { getRequest, patient, postEvent } from '../../builders/events.ts';

describe('extractDataFromEvent', () => {
  it('returns the call, the API’s answer and the token', () => {
    const event = postEvent('the-token');

    const extracted = extractDataFromEvent(event);

    expect(extracted).toEqual({ data: JSON.parse(event.body ?? ''), token: 'the-token' });
    expect(extracted.data.request).toEqual(getRequest());
    expect(extracted.data.response).toEqual({ body: patient(), httpStatusCode: '200 OK' });
  });

  it.each<[string, object]>([
    ['null for its body', { body: null, httpStatusCode: 'NO_CONTENT' }],
    ['no body', { httpStatusCode: '204 NO_CONTENT' }],
    ['nothing in it', {}],
  ])('keeps a response with %s as it is', (_name, response) => {
    const { data } = extractDataFromEvent(postEvent('t', { body: { response } }));

    expect(data.response).toEqual(response);
    expect(Object.keys(data.response)).toEqual(Object.keys(response));
  });

  it.each([undefined, null, 'OK', 5, []])('throws NO_DATA when the response is %j', (response) => {
    const extract = () => extractDataFromEvent(postEvent('t', { body: { response } }));

    expect(extract).toThrow(expect.objectContaining({ code: 'NO_DATA', status: 400 }));
  });
});
