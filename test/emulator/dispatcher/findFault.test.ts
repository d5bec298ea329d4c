import { findFault } from '../../../emulator/dispatcher/findFault.ts';

const request = { path: '/organization/v1/users/patients', headers: {} };
const one = { request, method: 'GET', apiId: 'GET/x/{id}', response: { entities: [{}] } };
const search = { ...one, apiId: 'GET/x' };
const answered = (answer: unknown) => Buffer.from(JSON.stringify(answer));

describe('findFault', () => {
  it.each([
    ['INTERCEPTOR_PRE', { request }, { request: { path: request.path } }],
    ['INTERCEPTOR_POST', { request }, { response: { body: {}, httpStatusCode: '200 OK' } }],
    ['INTERCEPTOR_POST_ENTITY', search, { response: { entities: [], httpStatusCode: 200 } }],
    ['INTERCEPTOR_POST', {}, 'an event that is not BioT’s'],
  ] as const)('finds none in a good answer to %s', (hook, sent, answer) => {
    const fault = findFault(hook, sent, answered(answer));

    expect(fault).toBeUndefined();
  });

  it.each([
    ['INTERCEPTOR_PRE', { request }, { path: '/x' }, 'without { "request": … } around it'],
    ['INTERCEPTOR_PRE', { request }, { request: { path: '/device/x' } }, 'with a request.path of another'],
    [
      'INTERCEPTOR_POST',
      { request },
      { response: {} },
      'without response.httpStatusCode, which is mandatory',
    ],
    ['INTERCEPTOR_POST_ENTITY', one, { response: { entities: [], httpStatusCode: 200 } }, 'with 0 response'],
  ] as const)('finds what is wrong with an answer to %s', (...[hook, sent, answer, expected]) => {
    const fault = findFault(hook, sent, answered(answer));

    expect(fault).toContain(expected);
  });
});
