import { toUrlResponse } from '../../../emulator/lambda/functionUrlResponse.ts';

const respond = (result: unknown) => {
  const { status, headers, cookies, body } = toUrlResponse({ ok: true, result: JSON.stringify(result) });
  return { status, type: headers['content-type'], cookies, body: body.toString() };
};
const JSON_200 = { status: 200, type: 'application/json', cookies: [] };
const FAILED = {
  status: 502,
  type: expect.stringMatching('^text/plain'),
  cookies: [],
  body: 'Internal Server Error',
};

describe('toUrlResponse', () => {
  it.each<[string, unknown, object]>([
    ['an object', { hello: 'world' }, { ...JSON_200, body: '{"hello":"world"}' }],
    ['a list', ['hello', 3, true], { ...JSON_200, body: '["hello",3,true]' }],
    ['a number', 3.1, { ...JSON_200, body: '3.1' }],
    ['a boolean', true, { ...JSON_200, body: 'true' }],
    ['a string, without its quotes', 'hello', { ...JSON_200, body: 'hello' }],
    ['null', null, { ...JSON_200, body: 'null' }],
    ['an error that was returned', { errorMessage: 'a' }, { ...JSON_200, body: '{"errorMessage":"a"}' }],
    ['a status', { statusCode: 204 }, { ...JSON_200, status: 204, body: '' }],
    ['a status as text', { statusCode: '418', body: 'tea' }, { ...JSON_200, status: 418, body: 'tea' }],
    ['a body of text', { statusCode: 200, body: 'ä' }, { ...JSON_200, body: 'ä' }],
    ['a body of null', { statusCode: 200, body: null }, { ...JSON_200, body: '' }],
    [
      'a body that is an object',
      { statusCode: 400, body: { a: 1 } },
      { ...JSON_200, status: 400, body: '{"a":1}' },
    ],
    [
      'a type of its own',
      { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>' },
      { ...JSON_200, type: 'text/html', body: '<p>' },
    ],
    [
      'a body in base64',
      { statusCode: 200, isBase64Encoded: true, body: Buffer.from('bytes').toString('base64') },
      { ...JSON_200, body: 'bytes' },
    ],
    [
      'cookies',
      { statusCode: 200, cookies: ['a=1; Path=/', 'b=2'] },
      { ...JSON_200, cookies: ['a=1; Path=/', 'b=2'], body: '' },
    ],
    ['a status of 99', { statusCode: 99 }, FAILED],
    ['a status of 600', { statusCode: 600 }, FAILED],
    ['a status that is no number', { statusCode: 'abc' }, FAILED],
    ['a status of null', { statusCode: null }, FAILED],
  ])('maps %s', (_name, result, expected) => {
    const response = respond(result);

    expect(response).toEqual(expected);
  });

  it.each(['', '{', 'plain text'])('gives a result that is no JSON, %j, as 502', (result) => {
    const { status, body } = toUrlResponse({ ok: true, result });

    expect([status, body.toString()]).toEqual([502, 'Internal Server Error']);
  });

  it('writes numbers and booleans in headers as text', () => {
    const { headers } = toUrlResponse({
      ok: true,
      result: JSON.stringify({ statusCode: 200, headers: { 'X-Count': 3, 'x-on': true } }),
    });

    expect(headers).toEqual({ 'content-type': 'application/json', 'x-count': '3', 'x-on': 'true' });
  });

  it('gives every failure as 502 and nothing of the inside', () => {
    const payload = JSON.stringify({ errorType: 'Error', errorMessage: 'the inside' });

    const { status, body } = toUrlResponse({ ok: false, payload });

    expect([status, body.toString()]).toEqual([502, 'Internal Server Error']);
  });
});
