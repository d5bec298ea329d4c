import { extractDataFromEvent } from '../../../src/notification/extractDataFromEvent.ts';
import { notificationEvent, patient, toBase64 } from '../../builders/events.ts';

const eventWith = (body: Record<string, unknown>) => notificationEvent('the-token', { body });

describe('extractDataFromEvent', () => {
  it('returns metadata, both entities and the token of the body', () => {
    const event = notificationEvent('the-token');

    const extracted = extractDataFromEvent(event);

    const { metadata, data } = JSON.parse(event.body ?? '');
    expect(extracted).toEqual({
      data: { metadata, entity: data.entity, oldEntity: data.additionalData.oldEntity },
      token: 'the-token',
    });
  });

  it('returns the same for a body in base64', () => {
    const event = notificationEvent('the-token');

    const extracted = extractDataFromEvent(toBase64(event));

    expect(extracted).toEqual(extractDataFromEvent(event));
  });

  it.each<[string, unknown]>([
    ['empty, as on a create', {}],
    ['absent', undefined],
    ['null', null],
    ['text', 'none'],
    ['without an old entity that is one', { oldEntity: null }],
  ])('leaves out the old entity when the additional data are %s', (_name, additionalData) => {
    const { data } = extractDataFromEvent(eventWith({ data: { entity: patient(), additionalData } }));

    expect(Object.keys(data)).toEqual(['metadata', 'entity']);
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a list', []],
    ['text', 'entity'],
  ])('leaves out the entity when it is %s', (_name, entity) => {
    const { data } = extractDataFromEvent(eventWith({ data: { entity } }));

    expect(Object.keys(data)).toEqual(['metadata']);
  });

  it('keeps the nulls of an entity', () => {
    const { data } = extractDataFromEvent(eventWith({ data: { entity: { _id: '1', _name: null } } }));

    expect(data.entity).toEqual({ _id: '1', _name: null });
  });

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a number', 5],
    ['an object', { token: 'x' }],
  ])('returns no token when the field jwt is %s: whether one is needed is not said here', (_name, jwt) => {
    const extracted = extractDataFromEvent(eventWith({ jwt }));

    expect(Object.keys(extracted)).toEqual(['data']);
  });

  it('does not look for the token in a header', () => {
    const event = notificationEvent(undefined, { headers: { authorization: 'Bearer other' } });

    const extracted = extractDataFromEvent(event);

    expect(extracted).not.toHaveProperty('token');
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['NO_DATA', 'data are absent', { data: undefined }],
    ['NO_DATA', 'data are null', { data: null }],
    ['NO_DATA', 'data are a list', { data: [] }],
    ['NO_DATA', 'data are text', { data: 'data' }],
    ['NO_METADATA', 'metadata are absent', { metadata: undefined }],
    ['NO_METADATA', 'metadata are null', { metadata: null }],
    ['NO_METADATA', 'metadata are a list', { metadata: [] }],
  ])('throws %s when %s', (code, _name, body) => {
    const extract = () => extractDataFromEvent(eventWith(body));

    expect(extract).toThrow(expect.objectContaining({ code, status: 400 }));
  });

  it.each<[string, string, unknown]>([
    ['NO_DATA', 'absent', undefined],
    ['NO_DATA', 'empty', ''],
    ['NO_DATA', 'null', 'null'],
    ['NO_DATA', 'a list', '[]'],
    ['INVALID_BODY', 'broken', '{"jwt":'],
  ])('throws %s when the body is %s', (code, _name, body) => {
    const extract = () => extractDataFromEvent({ ...notificationEvent('t'), body });

    expect(extract).toThrow(expect.objectContaining({ code, status: 400 }));
  });
});
