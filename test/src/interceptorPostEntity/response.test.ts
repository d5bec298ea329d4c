import { extractDataFromEvent } from '../../../src/interceptorPostEntity/extractDataFromEvent.ts';
import { type PostEntityResult, response } from '../../../src/interceptorPostEntity/response.ts';
import { patient, postEntityEvent, TRACE_ID } from '../../builders/events.ts';

const answerOf = (result: PostEntityResult, apiResponse: object): unknown => {
  const { data } = extractDataFromEvent(postEntityEvent('t', { body: { response: apiResponse } }));
  const { body, ...answer } = response(result, data, TRACE_ID);
  return { ...answer, body: JSON.parse(body) };
};

describe('response', () => {
  const headers = { 'content-type': 'application/json', traceparent: expect.stringContaining(TRACE_ID) };
  const entities = [patient(), patient({ _id: '2' })];

  it.each<[string, PostEntityResult['response'], object]>([
    ['nothing', {}, { entities, httpStatusCode: '200 OK' }],
    ['the entities', { entities: [{ a: null }] }, { entities: [{ a: null }], httpStatusCode: '200 OK' }],
    ['the status', { httpStatusCode: 'CREATED' }, { entities, httpStatusCode: 'CREATED' }],
  ])('answers with %s changed and the rest as it came', (_name, change, expected) => {
    const answer = answerOf({ response: change }, { entities, httpStatusCode: '200 OK' });

    expect(answer).toEqual({ statusCode: 200, headers, body: { response: expected } });
  });

  it('echoes a list of entities as it came, also one that holds a null', () => {
    const apiResponse = { entities: [patient(), null, patient({ _id: '3' })], httpStatusCode: '200 OK' };

    const answer = answerOf({ response: {} }, apiResponse);

    expect(answer).toEqual({ statusCode: 200, headers, body: { response: apiResponse } });
  });

  it('echoes the status text in whichever form BioT sends it', () => {
    const answers = ['200 OK', 'OK', '404 NOT_FOUND'].map((httpStatusCode) =>
      answerOf({ response: {} }, { entities: [], httpStatusCode }),
    );

    expect(answers).toEqual(
      ['200 OK', 'OK', '404 NOT_FOUND'].map((httpStatusCode) => ({
        statusCode: 200,
        headers,
        body: { response: { entities: [], httpStatusCode } },
      })),
    );
  });
});
