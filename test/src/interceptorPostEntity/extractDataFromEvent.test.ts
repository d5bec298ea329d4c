import { extractDataFromEvent } from '../../../src/interceptorPostEntity/extractDataFromEvent.ts';
import { patient, postEntityEvent } from '../../builders/events.ts';

describe('extractDataFromEvent', () => {
  it('returns the call, all entities and the token', () => {
    const event = postEntityEvent('the-token');

    const extracted = extractDataFromEvent(event);

    expect(extracted).toEqual({ data: JSON.parse(event.body ?? ''), token: 'the-token' });
    expect(extracted.data.response.entities).toHaveLength(2);
  });

  it.each<[string, object]>([
    ['absent', {}],
    ['null', { entities: null }],
    ['empty', { entities: [] }],
    ['no list', { entities: { 0: patient() } }],
  ])('returns no entities when they are %s', (_name, entities) => {
    const event = postEntityEvent('t', { body: { response: { ...entities, httpStatusCode: '200 OK' } } });

    const { data } = extractDataFromEvent(event);

    expect(data.response).toEqual({ entities: [], httpStatusCode: '200 OK' });
  });

  it.each([undefined, null, 'OK', 5, []])('throws NO_DATA when the response is %j', (response) => {
    const extract = () => extractDataFromEvent(postEntityEvent('t', { body: { response } }));

    expect(extract).toThrow(expect.objectContaining({ code: 'NO_DATA', status: 400 }));
  });
});
