import { failedAnswer, toAnswer } from '../../serve/toAnswer.ts';

const json = { 'content-type': 'application/json' };

describe('toAnswer', () => {
  it.each([
    [{ statusCode: 201, headers: { 'X-A': 1 }, body: '{}' }, 201, { ...json, 'x-a': '1' }, '{}'],
    [{ statusCode: '418' }, 418, json, ''],
    [{ statusCode: 200, body: { a: 1 } }, 200, json, '{"a":1}'],
    [
      { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body: 'a' },
      200,
      { 'content-type': 'text/plain' },
      'a',
    ],
    [{ statusCode: 200, body: 'w6Q=', isBase64Encoded: true }, 200, json, 'ä'],
    [{ statusCode: 200, cookies: ['a=1', 'b=2'] }, 200, { ...json, 'set-cookie': ['a=1', 'b=2'] }, ''],
    [{ statusCode: 200, headers: { Connection: 'close', 'content-length': '9' }, body: '' }, 200, json, ''],
    [{ hello: 'world' }, 200, json, '{"hello":"world"}'],
    ['hello', 200, json, 'hello'],
    [[1, true], 200, json, '[1,true]'],
    [undefined, 200, json, 'null'],
  ] as [unknown, number, object, string][])('answers for %j what a function URL does', (...row) => {
    const [result, status, headers, body] = row;

    const answer = toAnswer(result);

    expect({ ...answer, body: answer.body.toString() }).toEqual({ status, headers, body });
  });

  it.each([
    ['a status that HTTP does not have', { statusCode: 99 }],
    ['a status that is none', { statusCode: 'abc' }],
    ['a header that HTTP cannot carry', { statusCode: 200, headers: { a: 'b\nc: d' } }],
    ['a cookie that HTTP cannot carry', { statusCode: 200, cookies: ['a=b\r\nc: d'] }],
    ['what JSON cannot hold', { statusCode: 200, body: 1n }],
    ['more than Lambda lets through', 'x'.repeat(6_291_556)],
  ])('answers 502 for %s', (_what, result) => {
    const answer = toAnswer(result);

    expect(answer).toEqual(failedAnswer());
  });
});
