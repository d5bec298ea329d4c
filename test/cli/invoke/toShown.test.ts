import { toShown } from '../../../cli/invoke/toShown.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const toBase64 = (text: string) => Buffer.from(text).toString('base64');

describe('toShown', () => {
  it('leaves out all that lets somebody in', () => {
    const headers = {
      Authorization: 'Bearer opaque',
      cookie: 'a=1',
      'x-api-key': 'key',
      hooktype: 'NOTIFICATION',
    };

    const shown = JSON.parse(toShown({ headers, cookies: ['a=1'], body: `{"jwt":"${JWT}","a":1}` }));

    const redacted = '[redacted]';
    expect(shown).toEqual({
      headers: { Authorization: redacted, cookie: redacted, 'x-api-key': redacted, hooktype: 'NOTIFICATION' },
      cookies: redacted,
      body: { jwt: redacted, a: 1 },
    });
  });

  it.each(['{"a": 1}', '{"id":12345678901234567890}', '{"a":', 'text', '1'])(
    'leaves the body %s, which would not be the same again, a text',
    (body) => {
      expect(JSON.parse(toShown({ body }))).toEqual({ body });
    },
  );

  it('finds a token in a body that is base64, and changes no other byte', () => {
    const events = [toBase64(`{"jwt":"${JWT}"}`), '/wDDpA=='].map((body) => ({
      body,
      isBase64Encoded: true,
    }));

    const bodies = events.map((event) => JSON.parse(toShown(event)).body);

    expect(bodies).toEqual([toBase64('{"jwt":"[redacted]"}'), '/wDDpA==']);
  });

  it.each([null, 'text', [1]])('shows %j as it is', (event) => {
    expect(JSON.parse(toShown(event))).toEqual(event);
  });
});
