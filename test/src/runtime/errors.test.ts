import { AxiosError, type AxiosResponse } from 'axios';
import { type ErrorCode, errors, PluginError, toPluginError } from '../../../src/runtime/errors.ts';

describe('errors', () => {
  it('holds exactly the codes and statuses that are promised', () => {
    const statuses = Object.fromEntries(Object.entries(errors).map(([code, { status }]) => [code, status]));

    expect(statuses).toEqual({
      NO_EVENT: 400,
      NO_DATA: 400,
      NO_METADATA: 400,
      INVALID_BODY: 400,
      UNKNOWN_HOOK_TYPE: 400,
      JWT_ERROR: 401,
      ACCESS_DENIED: 403,
      CALL_TO_API_FAILED: 502,
      TIMEOUT: 504,
      INTERNAL_SERVER_ERROR: 500,
    });
  });
});

describe('PluginError', () => {
  it.each(Object.keys(errors) as ErrorCode[])('takes status and message of %s from the table', (code) => {
    const error = new PluginError(code);

    expect(error).toBeInstanceOf(Error);
    expect({ ...error, message: error.message }).toEqual({
      name: 'PluginError',
      code,
      ...errors[code],
      details: {},
    });
  });

  it('takes an error of the plugin author, details and cause', () => {
    const cause = new Error('why');

    const error = new PluginError(
      { code: 'TOO_LATE', status: 409, message: 'Too late.' },
      { details: { a: 1 }, cause },
    );

    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: 'PluginError',
      code: 'TOO_LATE',
      status: 409,
      message: 'Too late.',
      details: { a: 1 },
      cause,
    });
  });
});

describe('toPluginError', () => {
  it('returns a PluginError as it is', () => {
    const thrown = new PluginError('NO_DATA', { details: { a: 1 } });

    const error = toPluginError(thrown);

    expect(error).toBe(thrown);
  });

  it.each([400, 404, 422, 499, 500, 599])(
    'keeps the status %i and the code of an author’s own error',
    (status) => {
      const thrown = Object.assign(new Error('Not today.'), { status, code: 'NOT_TODAY' });

      const error = toPluginError(thrown);

      expect({ ...error, message: error.message, cause: error.cause }).toEqual({
        name: 'PluginError',
        code: 'NOT_TODAY',
        status,
        message: 'Not today.',
        details: {},
        cause: thrown,
      });
    },
  );

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['text', 'secret inside'],
    ['a number', 5],
    ['an object', { message: 'secret inside' }],
    ['an error', new Error('secret inside')],
    ['a TypeError', new TypeError('secret inside')],
    ['an error of the operating system', Object.assign(new Error('secret inside'), { code: 'ECONNREFUSED' })],
    ['an error with a status and no code', Object.assign(new Error('secret inside'), { status: 404 })],
    ['an error with a success', Object.assign(new Error('secret inside'), { status: 200, code: 'FINE' })],
    ['an error with a redirect', Object.assign(new Error('secret inside'), { status: 302, code: 'MOVED' })],
    [
      'an error with an impossible status',
      Object.assign(new Error('secret inside'), { status: 600, code: 'NO' }),
    ],
    [
      'an error with a status in text',
      Object.assign(new Error('secret inside'), { status: '404', code: 'NO' }),
    ],
    [
      'an error with a broken status',
      Object.assign(new Error('secret inside'), { status: 404.5, code: 'NO' }),
    ],
    [
      'an error whose code is no code',
      Object.assign(new Error('secret inside'), { status: 404, code: 'no code' }),
    ],
    [
      'a PluginError with a success',
      new PluginError({ code: 'FINE', status: 200, message: 'secret inside' }),
    ],
    [
      'a PluginError without a status',
      new PluginError({ code: 'NO', status: Number.NaN, message: 'secret inside' }),
    ],
    ['a PluginError whose code is no text', Object.assign(new PluginError('NO_DATA'), { code: 5 })],
    [
      'an error whose message is no text',
      Object.assign(new Error(), { status: 404, code: 'NO', message: Symbol('secret inside') }),
    ],
    ['an HTTP client’s error, which has a status and a code too', axiosError(404)],
  ])('returns INTERNAL_SERVER_ERROR, which tells nothing, for %s', (_name, thrown) => {
    const error = toPluginError(thrown);

    expect({ ...error, message: error.message }).toEqual({
      name: 'PluginError',
      code: 'INTERNAL_SERVER_ERROR',
      status: 500,
      message: 'The plugin failed.',
      details: {},
    });
    expect(error.cause).toBe(thrown);
  });
});

function axiosError(status: number): AxiosError {
  const response = { status, data: 'secret inside' } as AxiosResponse;
  return new AxiosError('secret inside', 'ERR_BAD_REQUEST', undefined, undefined, response);
}
