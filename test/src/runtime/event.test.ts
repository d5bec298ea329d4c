import {
  isScheduledEvent,
  readBearerToken,
  readBody,
  readBodyObject,
  readHeader,
} from '../../../src/runtime/event.ts';
import { directEvent, preEvent, scheduledEvent, toBase64, withBody } from '../../builders/events.ts';
import { failureOf } from '../../builders/failure.ts';

describe('readHeader', () => {
  it.each(['hooktype', 'HookType', 'HOOKTYPE'])('finds the header written %s', (name) => {
    const value = readHeader({ headers: { other: 'x', [name]: 'NOTIFICATION' } }, 'hooktype');

    expect(value).toBe('NOTIFICATION');
  });

  it.each<[string, unknown]>([
    ['no event', undefined],
    ['null', null],
    ['text', 'event'],
    ['a list', []],
    ['an event without headers', {}],
    ['headers that are null', { headers: null }],
    ['headers that are text', { headers: 'hooktype: X' }],
    ['headers that are a list', { headers: [['hooktype', 'X']] }],
    ['a header that is absent', { headers: { other: 'X' } }],
    ['a header that is null', { headers: { hooktype: null } }],
    ['a header that is a number', { headers: { hooktype: 5 } }],
    ['a header that is a list', { headers: { hooktype: ['X'] } }],
    ['a header that is an object', { headers: { hooktype: { value: 'X' } } }],
  ])('returns undefined for %s', (_name, event) => {
    const value = readHeader(event, 'hooktype');

    expect(value).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'tostring'])(
    'returns undefined for %s, which every object has',
    (name) => {
      const value = readHeader({ headers: {} }, name);

      expect(value).toBeUndefined();
    },
  );
});

describe('readBearerToken', () => {
  it.each([
    ['Bearer abc.def.ghi', 'abc.def.ghi'],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
    [' Bearer abc ', 'abc'],
  ])('finds the token of %j', (authorization, expected) => {
    const token = readBearerToken({ headers: { Authorization: authorization } });

    expect(token).toBe(expected);
  });

  it.each(['', 'Bearer', 'Bearer ', 'abc', 'Basic abc', 'Bearerabc', 'Bearer a b', 'Token Bearer abc'])(
    'finds none in %j',
    (authorization) => {
      const token = readBearerToken({ headers: { authorization } });

      expect(token).toBeUndefined();
    },
  );

  it.each<[string, unknown]>([
    ['without headers', {}],
    ['with headers that are null', { headers: null }],
    ['with null for the header', { headers: { authorization: null } }],
    ['with a list for the header', { headers: { authorization: ['Bearer abc'] } }],
  ])('finds none in an event %s', (_name, event) => {
    const token = readBearerToken(event);

    expect(token).toBeUndefined();
  });
});

describe('readBody', () => {
  const value = { text: 'ä – 漢字 \\ "quoted"\n', path: 'C:\\new', none: null, list: [1, 2.5, true] };

  it('parses the text', () => {
    const body = readBody({ body: JSON.stringify(value) });

    expect(body).toEqual(value);
  });

  it('decodes base64 when the event says so', () => {
    const body = readBody({
      body: Buffer.from(JSON.stringify(value)).toString('base64'),
      isBase64Encoded: true,
    });

    expect(body).toEqual(value);
  });

  it.each([false, undefined, null, 'true'])(
    'does not decode base64 when isBase64Encoded is %j',
    (isBase64Encoded) => {
      const body = readBody({ body: '1234', isBase64Encoded });

      expect(body).toBe(1234);
    },
  );

  it('takes an object as it is', () => {
    const body = readBody({ body: value });

    expect(body).toBe(value);
  });

  it.each<[string, unknown]>([
    ['absent', {}],
    ['undefined', { body: undefined }],
    ['null', { body: null }],
    ['empty', { body: '' }],
    ['empty, in base64', { body: '', isBase64Encoded: true }],
    ['that of no event', undefined],
  ])('returns undefined when the body is %s', (_name, event) => {
    const body = readBody(event);

    expect(body).toBeUndefined();
  });

  it('returns null for a body that is JSON’s null', () => {
    const body = readBody({ body: 'null' });

    expect(body).toBeNull();
  });

  it.each([
    ['broken', '{"jwt":canary-1234', false],
    ['cut off', '{"jwt":"canary-1234', false],
    ['no JSON', 'canary-1234', false],
    ['no JSON, in base64', Buffer.from('canary-1234').toString('base64'), true],
    ['no base64', '!!!!', true],
  ])('throws INVALID_BODY, quoting nothing, when the body is %s', async (_name, body, isBase64Encoded) => {
    const thrown = await failureOf(() => readBody({ body, isBase64Encoded }));

    expect(thrown).toMatchObject({ code: 'INVALID_BODY', status: 400 });
    expect(thrown).toHaveProperty('cause', undefined);
    expect(`${thrown.message} ${thrown.stack}`).not.toContain('canary-1234');
  });
});

describe('readBodyObject', () => {
  it('returns the object', () => {
    const body = readBodyObject(withBody(preEvent('token'), '{"a":null}'));

    expect(body).toEqual({ a: null });
  });

  it('returns the object that came as base64', () => {
    const event = preEvent('token');

    const body = readBodyObject(toBase64(event));

    expect(body).toEqual(JSON.parse(event.body ?? ''));
  });

  it.each([undefined, null, '', 'null', '[]', '5', '"text"', 'true', [], 5, true])(
    'throws NO_DATA when the body is %j',
    async (body) => {
      const thrown = await failureOf(() => readBodyObject({ body }));

      expect(thrown).toMatchObject({ code: 'NO_DATA', status: 400 });
    },
  );
});

describe('isScheduledEvent', () => {
  it.each<[string, unknown]>([
    ['the event of an EventBridge rule', scheduledEvent()],
    ['the event of an EventBridge scheduler', scheduledEvent({ source: 'aws.scheduler' })],
    ['the older convention: a body that says so', { headers: {}, body: { scheduled: true } }],
    ['an input that says so', { scheduled: true }],
  ])('is true for %s', (_name, event) => {
    const result = isScheduledEvent(event);

    expect(result).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no event', undefined],
    ['null', null],
    ['an empty event', {}],
    ['a list', [scheduledEvent()]],
    ['a call over HTTP', directEvent('token')],
    ['a call over HTTP that looks like it', { ...directEvent(undefined), ...scheduledEvent() }],
    ['a call over HTTP whose body says so', withBody(directEvent(undefined), { scheduled: true })],
    ['a call over HTTP whose body text says so', withBody(directEvent(undefined), '{"scheduled":true}')],
    ['an event with an empty request context', { ...scheduledEvent(), requestContext: undefined }],
    ['an event with a raw path', { ...scheduledEvent(), rawPath: '/' }],
    ['another source', scheduledEvent({ source: 'aws.s3' })],
    ['a body text that says so', { body: '{"scheduled":true}' }],
    ['what is only like true', { scheduled: 'true' }],
  ])('is false for %s', (_name, event) => {
    const result = isScheduledEvent(event);

    expect(result).toBe(false);
  });
});
