import { configureLogger, type Facts, type Log } from '../../../src/runtime/configureLogger.ts';
import { pluginConfig, SECRET_KEY } from '../../builders/config.ts';
import { TRACE_ID } from '../../builders/events.ts';
import { failureOf } from '../../builders/failure.ts';
import { type CapturedLog, captureLog } from '../../builders/log.ts';
import { oddlyThrown } from '../../builders/thrown.ts';
import { createSigningKey, notificationClaims, signToken } from '../../builders/tokens.ts';

const CONTEXT = { traceId: TRACE_ID, requestId: 'request-1' };
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const token = signToken(createSigningKey(), notificationClaims());

describe('configureLogger', () => {
  let captured: CapturedLog;

  beforeEach(() => {
    captured = captureLog();
  });

  afterEach(() => captured.restore());

  const logAt = (level: string): Log => configureLogger(pluginConfig('', { LOG_LEVEL: level }), CONTEXT);
  const logged = (message: string, facts?: Facts) => {
    logAt('info').info(message, facts);
    return captured.records()[0];
  };

  it('writes one JSON object a line: time, level, message, app, trace, request, facts', () => {
    const log = logAt('info');

    log.info('First\nline', { count: 3, name: 'x', flag: false });
    log.warn('Second');

    expect(captured.text().trimEnd().split('\n')).toHaveLength(2);
    expect(captured.records()).toEqual([
      {
        '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'info',
        message: 'First\nline',
        appName: 'Example',
        ...CONTEXT,
        count: 3,
        name: 'x',
        flag: false,
      },
      {
        '@timestamp': expect.any(String),
        level: 'warn',
        message: 'Second',
        appName: 'Example',
        ...CONTEXT,
      },
    ]);
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['nonsense', ['info', 'warn', 'error']],
  ])('writes with LOG_LEVEL=%s the lines of %j', (level, expected) => {
    const log = logAt(level);

    for (const name of LEVELS) log[name]('A line');

    expect(captured.records().map((record) => record.level)).toEqual(expected);
  });

  it('gives each event its own trace, whatever was logged before', () => {
    const config = pluginConfig('');
    const first = configureLogger(config, { traceId: '1'.repeat(32), requestId: 'r-1' });
    const second = configureLogger(config, { traceId: '2'.repeat(32), requestId: 'r-2' });

    for (const log of [first, second, first]) log.info('A line');

    expect(captured.records().map(({ traceId, requestId }) => [traceId, requestId])).toEqual([
      ['1'.repeat(32), 'r-1'],
      ['2'.repeat(32), 'r-2'],
      ['1'.repeat(32), 'r-1'],
    ]);
  });

  it('does not let facts override what every record has', () => {
    const facts = {
      '@timestamp': 'never',
      level: 'error',
      message: 'other',
      appName: 'other',
      traceId: 'other',
      requestId: 'other',
    };

    const record = logged('The message', facts);

    expect(record).toEqual({
      '@timestamp': expect.stringMatching(/^\d{4}-/),
      level: 'info',
      message: 'The message',
      appName: 'Example',
      ...CONTEXT,
    });
  });

  it.each(oddlyThrown)('writes one line when a fact is %s, whatever its type says', (_name, thrown) => {
    const record = logged('A line', { odd: thrown as Error });

    expect(record).toMatchObject({ message: 'A line', appName: 'Example', ...CONTEXT });
  });

  it.each([
    'token',
    'accessToken',
    'Authorization',
    'secretKey',
    'PASSWORD',
    'jwt',
    'cookie',
    'credentials',
    'service_user_secret',
  ])('redacts the fact named %s', (name) => {
    const record = logged('A line', { [name]: 'canary-1234' });

    expect(record?.[name]).toBe('[redacted]');
    expect(captured.text()).not.toContain('canary-1234');
  });

  it.each<[string, string, Facts]>([
    ['the message', `with ${token} in it`, {}],
    ['a fact', 'A line', { header: `Bearer ${token}` }],
    ['the message of an error', 'A line', { error: new Error(`with ${token} in it`) }],
    ['the name of an error', 'A line', { error: Object.assign(new Error('x'), { name: token }) }],
    ['the code of an error', 'A line', { error: Object.assign(new Error('x'), { code: token }) }],
    ['a field of an error', 'A line', { error: Object.assign(new Error('x'), { config: { data: token } }) }],
    [
      'the stack of an error',
      'A line',
      { error: Object.assign(new Error('x'), { stack: `Error: ${token}\n    at ${token}` }) },
    ],
    [
      'the cause of an error',
      'A line',
      { error: new Error('x', { cause: new Error(`with ${token} in it`) }) },
    ],
    ['text thrown as a cause', 'A line', { error: new Error('x', { cause: `with ${token} in it` }) }],
    ['an object thrown as a cause', 'A line', { error: new Error('x', { cause: { token } }) }],
    ['a fact that is an object after all', 'A line', { fact: { token } as unknown as string }],
  ])('writes no token that stands in %s', (_name, message, facts) => {
    const record = logged(message, facts);

    expect(record).toMatchObject(CONTEXT);
    for (const part of token.split('.')) expect(captured.text()).not.toContain(part);
  });

  it.each<[string, string, Facts]>([
    ['the message', `with ${SECRET_KEY} in it`, {}],
    ['a fact', 'A line', { header: `x${SECRET_KEY}x` }],
    ['the message of an error', 'A line', { error: new Error(`with ${SECRET_KEY} in it`) }],
    ['the code of an error', 'A line', { error: Object.assign(new Error('x'), { code: SECRET_KEY }) }],
    [
      'the cause of an error',
      'A line',
      { error: new Error('x', { cause: new Error(`with ${SECRET_KEY} in it`) }) },
    ],
  ])('writes no secret key that stands in %s', (_name, message, facts) => {
    const record = logged(message, facts);

    expect(record).toMatchObject(CONTEXT);
    expect(captured.text()).not.toContain(SECRET_KEY);
  });

  it('writes a secret key with letters that mean something in a pattern as [redacted]', () => {
    const config = pluginConfig('', { BIOT_SERVICE_USER_SECRET_KEY: 'a.b*c$&(d' });

    configureLogger(config, CONTEXT).info('x a.b*c$&(d x');

    expect(captured.records()[0]?.message).toBe('x [redacted] x');
  });

  it('does not quote the text that JSON.parse could not read', async () => {
    const error = new Error('x', { cause: await failureOf(() => JSON.parse('{"_name":canary-1234}')) });

    const record = logged('A line', { error });

    expect(record?.error).toMatchObject({ name: 'Error', cause: { name: 'SyntaxError' } });
    expect(captured.text()).not.toContain('canary');
  });

  it('keeps the frames of an error, and no line of a text that only looks like one', async () => {
    const error = await failureOf(() => JSON.parse('\n at canary-1234'));

    const record = logged('A line', { error });

    expect(record?.error).toMatchObject({ stack: expect.stringMatching(/^SyntaxError\n\s+at JSON\.parse/) });
    expect(captured.text()).not.toContain('canary');
  });

  it('writes name, code, status, message, place and cause of an error', () => {
    const cause = Object.assign(new TypeError('the reason'), { code: 'ECONNRESET' });
    const error = Object.assign(new Error('what happened', { cause }), { code: 'BROKEN', status: 500 });

    const record = logged('A line', { error });

    expect(record?.error).toEqual({
      name: 'Error',
      code: 'BROKEN',
      status: 500,
      stack: expect.stringMatching(/^Error: what happened\n +at .*configureLogger\.test\.ts/),
      cause: {
        name: 'TypeError',
        code: 'ECONNRESET',
        stack: expect.stringMatching(/^TypeError: the reason\n +at /),
      },
    });
  });

  it('writes an error that is its own cause', () => {
    const error = new Error('round and round');
    error.cause = error;

    const record = logged('A line', { error });

    expect(record).toMatchObject({ message: 'A line', error: { name: 'Error' } });
  });

  it.each<[string, Facts]>([
    ['an object that holds itself', { fact: cyclic() as unknown as string }],
    ['a function', { fact: (() => 1) as unknown as string }],
    ['a function that JSON would call', { toJSON: (() => 'x') as unknown as string }],
    ['a symbol', { fact: Symbol('x') as unknown as string }],
    ['null', { fact: null as unknown as string }],
    ['an error without a stack', { fact: Object.assign(new Error('x'), { stack: undefined }) }],
    ['an error with a stack that is no text', { fact: Object.assign(new Error('x'), { stack: 5 }) }],
    ['a number beyond JSON', { fact: 10n as unknown as number }],
    [
      'an error whose name is no text',
      { fact: Object.assign(new Error('x'), { name: Object.create(null) }) },
    ],
    ['an error whose message is no text', { fact: Object.assign(new Error('x'), { message: Symbol('x') }) }],
    [
      'an error whose stack cannot be text',
      { fact: Object.assign(new Error('x'), { stack: { toString: 1 } }) },
    ],
    ['not a number', { fact: Number.NaN }],
    ['undefined', { fact: undefined }],
  ])('writes the line, whatever is handed to it as a fact: %s', (_name, facts) => {
    const record = logged('A line', facts);

    expect(record).toMatchObject({ message: 'A line', level: 'info', ...CONTEXT });
  });

  it('cuts a text that is too long for a log', () => {
    const record = logged('x'.repeat(100_000), { fact: 'y'.repeat(100_000) });

    expect(String(record?.message).length).toBeLessThan(10_000);
    expect(String(record?.fact).length).toBeLessThan(10_000);
  });
});

function cyclic(): object {
  const object: Record<string, unknown> = {};
  object.self = object;
  return object;
}
