import {
  handlerOf,
  REQUEST_ID,
  runtimeClients,
  startTestEnvironment,
  type TestEnvironment,
  TRACE_ID,
} from '../../builders/environment.ts';

/** The small client is held to what AWS's does, wherever that could be built. */

let environment: TestEnvironment;

afterEach(() => environment.end());

const XRAY = `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}`;
const CALLBACKS = /^ERROR: AWS Lambda has removed support for callback-based function handlers/;

describe.each(runtimeClients)('%s', (_name, runtimeClient) => {
  const start = async (
    code: string | Record<string, string>,
    settings: { handler?: string; variables?: Record<string, string> } = {},
  ) => {
    environment = await startTestEnvironment(code, { runtimeClient, timeout: 3, ...settings });
  };
  const resultOf = async (event?: unknown) => {
    const outcome = await environment.send(event);
    return outcome.ok ? JSON.parse(outcome.result) : { failed: JSON.parse(outcome.payload) };
  };

  it.each<[string, string, Record<string, string>]>([
    ['of a CommonJS module', 'index.handler', { 'index.js': 'exports.handler = async () => "it";' }],
    ['of an ES module', 'index.handler', { 'index.mjs': 'export const handler = async () => "it";' }],
    [
      'of an ES module by its package',
      'index.handler',
      { 'index.js': 'export const handler = async () => "it";', 'package.json': '{"type":"module"}' },
    ],
    ['of a .cjs file', 'index.handler', { 'index.cjs': 'exports.handler = async () => "it";' }],
    ['in a folder', 'lib/app.run', { 'lib/app.js': 'exports.run = async () => "it";' }],
    ['deep in an export', 'index.a.b', { 'index.js': 'exports.a = { b: async () => "it" };' }],
    ['in a default export', 'index.handler', { 'index.mjs': 'export default { handler: () => "it" };' }],
    [
      '.js before .mjs',
      'index.handler',
      { 'index.js': 'exports.handler = () => "it";', 'index.mjs': 'export const handler = () => "other";' },
    ],
    [
      'after an await at the top level',
      'index.handler',
      { 'index.mjs': 'const it = await Promise.resolve("it"); export const handler = () => it;' },
    ],
    [
      'in a module of node_modules',
      'thing.handler',
      { 'node_modules/thing/index.js': 'exports.handler = () => "it";' },
    ],
  ])('finds a handler %s', async (_what, handler, files) => {
    await start(files, { handler });

    const result = await resultOf();

    expect(result).toBe('it');
  });

  const refused: [string, string, Record<string, string>, object][] = [
    ['without a dot', 'index', { 'index.js': '' }, { errorType: 'Runtime.MalformedHandlerName' }],
    ['that leads out', '../a.b', { 'index.js': '' }, { errorType: 'Runtime.MalformedHandlerName' }],
    ['that is not there', 'app.run', { 'index.js': '' }, { errorType: 'Runtime.ImportModuleError' }],
    [
      'that is not exported',
      'index.handler',
      { 'index.js': '' },
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined or not exported' },
    ],
    [
      'that is no function',
      'index.handler',
      { 'index.js': 'exports.handler = 1;' },
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is not a function' },
    ],
    [
      'with a callback',
      'index.handler',
      { 'index.js': 'exports.handler = (event, context, callback) => callback();' },
      { errorType: 'Runtime.CallbackHandlerDeprecated', errorMessage: expect.stringMatching(CALLBACKS) },
    ],
    [
      'whose module lacks one',
      'index.handler',
      { 'index.js': "require('not-there');" },
      { errorType: 'Runtime.ImportModuleError' },
    ],
    [
      'whose ES module lacks one',
      'index.handler',
      { 'index.mjs': "import 'not-there';" },
      { errorType: 'Error' },
    ],
    [
      'that cannot be read',
      'index.handler',
      { 'index.js': 'exports.handler = async ( => {' },
      { errorType: 'Runtime.UserCodeSyntaxError' },
    ],
    [
      'beside a folder of its name',
      'index.handler',
      { 'index/a.js': '', 'index.js': 'exports.handler = () => 1;' },
      { errorType: 'Error', errorMessage: expect.stringContaining('Directory import') },
    ],
    [
      'that throws while it loads',
      'index.handler',
      { 'index.js': "throw new RangeError('no');" },
      { errorType: 'RangeError', errorMessage: 'no' },
    ],
  ];

  it.each(refused.map(([what, handler, files, failed]) => ({ what, handler, files, failed })))(
    'refuses a handler $what',
    async ({ handler, files, failed }) => {
      await start(files, { handler });

      const result = await resultOf();

      expect(result).toEqual({ failed: expect.objectContaining(failed) });
    },
  );

  it.each<[string, string, unknown]>([
    ['nothing', '', null],
    ['null', 'return null;', null],
    ['a text', 'return "ä";', 'ä'],
    ['an object', 'return { a: [1] };', { a: [1] }],
    [
      'what is no JSON',
      'return 1n;',
      {
        failed: {
          errorType: 'Runtime.JSONStringifyError',
          errorMessage: 'Unable to stringify response body',
          trace: expect.any(Array),
        },
      },
    ],
    ['a thrown text', "throw 'no';", { failed: { errorType: 'string', errorMessage: 'no', trace: [] } }],
    [
      'a thrown nothing',
      'throw undefined;',
      { failed: { errorType: 'undefined', errorMessage: 'undefined', trace: [] } },
    ],
    [
      'an error of a class',
      "class MyError extends Error { name = 'MyError' } throw new MyError('no', { cause: 1 });",
      { failed: { errorType: 'MyError', errorMessage: 'no', trace: expect.any(Array) } },
    ],
  ])('posts %s', async (_what, body, posted) => {
    await start(handlerOf(body));

    const result = await resultOf();

    expect(result).toEqual(posted);
  });

  it('gives the handler the event and Lambda’s context', async () => {
    await start(
      handlerOf(`return {
        event, keys: Object.keys(context).sort(), values: context, trace: process.env._X_AMZN_TRACE_ID,
        left: context.getRemainingTimeInMillis(), argumentsCount: arguments.length };`).replace(
        'async (event, context) =>',
        'async function (event, context)',
      ),
    );

    const { left, ...result } = await resultOf({ a: 'ä' });

    expect(result).toEqual({
      event: { a: 'ä' },
      argumentsCount: 2,
      keys: [
        ...['awsRequestId', 'clientContext', 'functionName', 'functionVersion', 'getRemainingTimeInMillis'],
        ...['identity', 'invokedFunctionArn', 'logGroupName', 'logStreamName', 'memoryLimitInMB', 'tenantId'],
        'xRayTraceId',
      ],
      trace: expect.stringMatching(
        `^Root=${XRAY};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:${TRACE_ID.slice(0, 8)}:0$`,
      ),
      values: {
        awsRequestId: REQUEST_ID,
        functionName: 'Plugin-example',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Plugin-example',
        logGroupName: '/aws/lambda/Plugin-example',
        logStreamName: expect.any(String),
        memoryLimitInMB: '128',
        xRayTraceId: result.trace,
      },
    });
    expect(left).toBeGreaterThan(2_000);
    expect(left).toBeLessThanOrEqual(3_000);
  });

  it('does not wait for what the function leaves to do', async () => {
    await start(handlerOf('setTimeout(() => undefined, 60_000); return 1;'));

    const result = await resultOf();

    expect(result).toBe(1);
  });

  it('ends when a handler never settles and nothing is left to do', async () => {
    await start(handlerOf('await new Promise(() => undefined);'));

    const result = await resultOf();

    expect(result.failed.errorMessage).toContain('Runtime exited without providing a reason');
  });

  it('ends with 1 when the environment lacks what it needs', async () => {
    await start(handlerOf('return 1;'), { variables: { _HANDLER: '' } });

    const result = await resultOf();

    expect(result.failed.errorMessage).toContain('exit status 1');
    expect(environment.texts('function').join('\n')).toContain('_HANDLER environment variable is not set');
  });

  const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

  it('writes each call of the console as one line, with time, request and level', async () => {
    await start(
      `console.log('init'); ${handlerOf(`
        console.log('a %s', 1, { b: 2 }); console.warn('two\\nlines'); console.error(new Error('no').message);
        console.debug('d'); console.trace('t'); process.stdout.write('own\\n'); return 1;`)}`,
    );

    await resultOf();

    expect(environment.texts('function')).toEqual([
      expect.stringMatching(`^${TIME}\t-\tINFO\tinit$`),
      expect.stringMatching(`^${TIME}\t${REQUEST_ID}\tINFO\ta 1 { b: 2 }$`),
      expect.stringMatching(`^${TIME}\t${REQUEST_ID}\tWARN\ttwo\rlines$`),
      expect.stringMatching(`^${TIME}\t${REQUEST_ID}\tERROR\tno$`),
      expect.stringMatching(`^${TIME}\t${REQUEST_ID}\tDEBUG\td$`),
      expect.stringMatching(`^${TIME}\t${REQUEST_ID}\tTRACE\tt$`),
      'own',
    ]);
  });

  it('writes JSON, and only from a level on, where that is asked for', async () => {
    await start(
      handlerOf("console.info('no'); console.warn('a %s', 1); console.error(new RangeError('x')); return 1;"),
      { variables: { AWS_LAMBDA_LOG_FORMAT: 'json', AWS_LAMBDA_LOG_LEVEL: 'warn' } },
    );

    await resultOf();

    const timestamp = expect.stringMatching(`^${TIME}$`);
    expect(environment.texts('function').map((text) => JSON.parse(text))).toEqual([
      { timestamp, level: 'WARN', requestId: REQUEST_ID, message: 'a 1' },
      {
        ...{ timestamp, level: 'ERROR', requestId: REQUEST_ID },
        message: { errorType: 'RangeError', errorMessage: 'x', stackTrace: expect.any(Array) },
      },
    ]);
  });

  it('writes what the function threw', async () => {
    await start(handlerOf("throw Object.assign(new TypeError('no'), { code: 'C', extra: 1 });"));

    await resultOf();

    const [line = ''] = environment.texts('function');
    const [, requestId, level, title, json = ''] = line.split('\t');
    expect([requestId, level, title]).toEqual([REQUEST_ID, 'ERROR', 'Invoke Error ']);
    expect(JSON.parse(json)).toEqual({
      ...{ errorType: 'TypeError', errorMessage: 'no', code: 'C', extra: 1 },
      stack: expect.arrayContaining(['TypeError: no']),
    });
  });
});
