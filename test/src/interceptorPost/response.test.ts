import type { PostData } from '../../../src/interceptorPost/extractDataFromEvent.ts';
import { type PostResult, response } from '../../../src/interceptorPost/response.ts';
import { PATIENTS, TRACE_ID } from '../../builders/events.ts';

const answerOf = (result: PostResult, apiResponse: PostData['response']): unknown => {
  const data: PostData = {
    apiId: `GET${PATIENTS}/{id}`,
    entityName: 'patient',
    method: 'GET',
    request: { path: PATIENTS },
    response: apiResponse,
  };
  const { body, ...answer } = response(result, data, TRACE_ID);
  return { ...answer, body: JSON.parse(body) };
};

describe('response', () => {
  const headers = { 'content-type': 'application/json', traceparent: expect.stringContaining(TRACE_ID) };

  it.each<[string, PostResult['response'], object]>([
    ['nothing', {}, { body: { a: null }, httpStatusCode: '200 OK' }],
    ['the body', { body: { b: 1 } }, { body: { b: 1 }, httpStatusCode: '200 OK' }],
    ['the body, to null', { body: null }, { body: null, httpStatusCode: '200 OK' }],
    ['the status', { httpStatusCode: '201 CREATED' }, { body: { a: null }, httpStatusCode: '201 CREATED' }],
  ])('answers with %s changed and the rest as it came', (_name, change, expected) => {
    const answer = answerOf({ response: change }, { body: { a: null }, httpStatusCode: '200 OK' });

    expect(answer).toEqual({ statusCode: 200, headers, body: { response: expected } });
  });

  it.each<[string, object]>([
    ['null for its body', { body: null, httpStatusCode: 'NO_CONTENT' }],
    ['no body', { httpStatusCode: 'OK' }],
    ['no status', { body: {} }],
  ])('echoes an answer with %s as it came', (_name, apiResponse) => {
    const answer = answerOf({ response: {} }, apiResponse as PostData['response']);

    expect(JSON.stringify(answer)).toContain(`"body":${JSON.stringify({ response: apiResponse })}`);
  });
});
