import type { PreData } from '../../../src/interceptorPre/extractDataFromEvent.ts';
import { type PreResult, response } from '../../../src/interceptorPre/response.ts';
import { interceptedRequest, PATIENTS, TRACE_ID } from '../../builders/events.ts';

const dataOf = (request: PreData['request']): PreData => ({
  apiId: `POST${PATIENTS}`,
  entityName: 'patient',
  method: 'POST',
  request,
});

const answerOf = (result: PreResult, request: PreData['request']): unknown => {
  const { body, ...answer } = response(result, dataOf(request), TRACE_ID);
  return { ...answer, body: JSON.parse(body) };
};

describe('response', () => {
  const { pathVariables, ...echo } = interceptedRequest() as PreData['request'];
  const headers = { 'content-type': 'application/json', traceparent: expect.stringContaining(TRACE_ID) };

  it('echoes what was not changed, without the path variables, which BioT does not take back', () => {
    const answer = answerOf({ request: {} }, { ...echo, ...(pathVariables && { pathVariables }) });

    expect(answer).toEqual({ statusCode: 200, headers, body: { request: echo } });
  });

  it.each<[string, PreResult['request']]>([
    ['the path', { path: '/organization/v1/users/caregivers' }],
    ['the query', { queryParameters: { a: ['1', '2'] } }],
    ['the query, to none', { queryParameters: {} }],
    ['the headers', { headers: { 'x-one': '1' } }],
    ['the body', { body: { a: 1 } }],
    ['the body, to null', { body: null }],
    ['all of it', { path: '/x', queryParameters: {}, headers: {}, body: [] }],
  ])('answers with %s changed and the rest as it came', (_name, request) => {
    const answer = answerOf({ request }, echo);

    expect(answer).toEqual({ statusCode: 200, headers, body: { request: { ...echo, ...request } } });
  });

  it('keeps null as null and absent as absent', () => {
    const request = { path: '/x', body: null } as PreData['request'];

    const answer = answerOf({ request: {} }, request);

    expect(answer).toEqual({ statusCode: 200, headers, body: { request: { path: '/x', body: null } } });
    expect(answer).not.toHaveProperty('body.request.headers');
    expect(answer).not.toHaveProperty('body.request.queryParameters');
  });
});
