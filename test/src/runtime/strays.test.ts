import { bundlePlugin } from '../../builders/bundledPlugin.ts';
import {
  type EnvironmentSettings,
  runtimeClients,
  startTestEnvironment,
  type TestEnvironment,
} from '../../builders/environment.ts';
import { directEvent, toTraceparent } from '../../builders/events.ts';
import { type Next, runUnderScript } from '../../builders/scriptedRuntimeApi.ts';
import { until } from '../../builders/until.ts';

/** An author whose code is in the environment and in the event. It answers how many events its process has seen. */
const PERFORM = `
let events = 0;
const run = (code: string) => new Function('require', code)(require);
run(process.env.CODE_AT_LOAD ?? '');
export async function perform({ data }: any): Promise<any> {
  events++;
  await run('return (async () => {' + data.body.code + '})()');
  return { events };
}`;

const FIRST = '1'.repeat(32);
const SECOND = '2'.repeat(32);
const NEVER_ENDS = 'await new Promise(() => undefined)';
const PAUSE = 'await new Promise((done) => setTimeout(done, 30));';
const REFUSING_PROXY =
  'new Proxy({}, { get() { throw 1; }, has() { throw 1; }, getPrototypeOf() { throw 1; } })';

const eventOf = (codeOfEvent: string, traceId = SECOND) =>
  directEvent(undefined, {
    body: { code: codeOfEvent },
    headers: { traceparent: toTraceparent(traceId) },
  });

let files: Record<string, string>;

beforeAll(async () => {
  const code = await bundlePlugin({ 'nonspecific/perform.ts': PERFORM });
  files = { 'index.js': code, 'package.json': '{"type":"commonjs"}' };
});

describe.each(runtimeClients)('a stray error, under %s', (_name, runtimeClient) => {
  let environment: TestEnvironment;

  afterEach(() => environment.end());

  const start = async (codeAtLoad = '', settings: EnvironmentSettings = {}) => {
    const variables = { PLUGIN_SHOULD_VALIDATE_JWT: 'false', CODE_AT_LOAD: codeAtLoad };
    environment = await startTestEnvironment(files, { runtimeClient, variables, ...settings });
  };
  /** Status and body of the answer; or how the function failed. */
  const ask = async (codeOfEvent: string, traceId?: string) => {
    const outcome = await environment.send(eventOf(codeOfEvent, traceId));
    if (!outcome.ok) return JSON.parse(outcome.payload).errorMessage;
    const { statusCode, body } = JSON.parse(outcome.result);
    return [statusCode, JSON.parse(body)];
  };
  const strays = () =>
    environment
      .texts('function')
      .filter((text) => text.includes('Nobody caught'))
      .map((text) => JSON.parse(text));
  const bothAnswered = [
    [200, { events: 1 }],
    [200, { events: 2 }],
  ];

  it.each<[string, string, string]>([
    ['a promise that nobody awaits', 'unhandledRejection', 'Promise.reject(new Error("stray"));'],
    ['an async function', 'unhandledRejection', '(async () => { await null; throw new Error("stray"); })();'],
    ['a timer', 'uncaughtException', 'setTimeout(() => { throw new Error("stray"); });'],
    [
      'a timer while the event waits',
      'uncaughtException',
      `setTimeout(() => { throw new Error("stray"); }); ${PAUSE}`,
    ],
    [
      'an async timer',
      'unhandledRejection',
      'setTimeout(async () => { await null; throw new Error("stray"); });',
    ],
    ['the next tick', 'uncaughtException', 'process.nextTick(() => { throw new Error("stray"); });'],
    ['a microtask', 'uncaughtException', 'queueMicrotask(() => { throw new Error("stray"); });'],
    ['an immediate', 'uncaughtException', 'setImmediate(() => { throw new Error("stray"); });'],
    [
      'an event emitter without a listener of errors',
      'uncaughtException',
      'const emitter = new (require("node:events"))(); setTimeout(() => emitter.emit("error", new Error("stray")));',
    ],
    [
      'the callback of a file',
      'uncaughtException',
      'require("node:fs").stat("/", () => { throw new Error("stray"); });',
    ],
    [
      'a stream',
      'uncaughtException',
      'require("node:stream").Readable.from([]).destroy(new Error("stray"));',
    ],
  ])(
    'of %s is a line with its event’s trace, and the next event is answered',
    async (_what, origin, code) => {
      await start();

      const answers = [await ask(code, FIRST), await ask(PAUSE)];

      expect(answers).toEqual(bothAnswered);
      expect(strays()).toEqual([
        {
          '@timestamp': expect.any(String),
          level: 'error',
          message: 'Nobody caught an error',
          appName: 'plugin',
          traceId: FIRST,
          requestId: expect.any(String),
          origin,
          error: { name: 'Error', stack: expect.stringMatching(/^Error: stray\n +at /) },
        },
      ]);
    },
  );

  it('of one event that comes in the middle of the next is the first one’s, and harms neither', async () => {
    await start();

    const answers = [
      await ask('setTimeout(() => { throw new Error("stray"); }, 60);', FIRST),
      await ask(`${PAUSE} ${PAUSE} ${PAUSE}`),
    ];

    expect(answers).toEqual(bothAnswered);
    expect(strays().map(({ traceId }) => traceId)).toEqual([FIRST]);
  });

  it('of a timer that the plugin started as it was loaded is a line without a trace', async () => {
    await start('setTimeout(() => { setInterval(() => { throw new Error("stray"); }, 10).unref(); }, 200);');
    await ask('');

    const answers = [await ask('await new Promise((done) => setTimeout(done, 400));'), await ask('')];

    expect(answers.map(([status]) => status)).toEqual([200, 200]);
    expect(strays().length).toBeGreaterThan(2);
    expect(new Set(strays().map(({ traceId, requestId }) => `${traceId} ${requestId}`))).toEqual(
      new Set(['- -']),
    );
  });

  it.each([
    ['undefined', 'undefined', { thrown: 'undefined' }],
    ['null', 'null', { thrown: 'object' }],
    ['text', '"canary"', { thrown: 'string' }],
    ['a number', '10n', { thrown: 'bigint' }],
    ['a proxy that refuses everything', REFUSING_PROXY, { thrown: 'object' }],
    [
      'an object that cannot be read',
      '{ get message() { throw new Error("canary"); }, toString() { throw new Error("canary"); } }',
      { thrown: 'object' },
    ],
    [
      'an error whose stack throws',
      'Object.defineProperty(new Error("odd"), "stack", { get() { throw new Error("canary"); } })',
      { error: { name: 'Error', stack: 'Error: odd' } },
    ],
    [
      'an error that quotes a token',
      'new Error("eyJhbGciOiJSUzUxMiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl")',
      { error: { name: 'Error', stack: expect.stringContaining('[redacted]') } },
    ],
  ])('that is %s is a line, and the next event is answered', async (_what, thrown, facts) => {
    await start();

    const answers = [
      await ask(`Promise.reject(${thrown}); setTimeout(() => { throw ${thrown}; }); ${PAUSE}`, FIRST),
      await ask(''),
    ];

    expect(answers).toEqual(bothAnswered);
    expect(strays()).toEqual([
      expect.objectContaining({ traceId: FIRST, origin: 'unhandledRejection', ...facts }),
      expect.objectContaining({ traceId: FIRST, origin: 'uncaughtException', ...facts }),
    ]);
    expect(environment.texts('function').join()).not.toMatch(/canary|eyJ/);
  });

  it('that comes five hundred times is twenty lines until the next event, which is answered', async () => {
    await start();
    const flood = `for (let i = 0; i < 500; i++) { Promise.reject(new Error(i)); setTimeout(() => { throw new Error(i); }); } ${PAUSE}`;

    const answers = [await ask(flood, FIRST), await ask('Promise.reject(new Error("stray"))')];

    await until(() => strays().length > 20);
    expect(answers).toEqual(bothAnswered);
    expect(strays().map(({ traceId, isLastUntilNextEvent }) => [traceId, isLastUntilNextEvent])).toEqual([
      ...Array(19).fill([FIRST, undefined]),
      [FIRST, true],
      [SECOND, undefined],
    ]);
  });

  it('does not come of a handler that never settles with nothing left to do: it is answered in time', async () => {
    await start('', { timeout: 1 });

    const answers = [await ask(NEVER_ENDS), await ask('')];

    expect(answers).toEqual([
      [504, expect.objectContaining({ code: 'TIMEOUT' })],
      [200, { events: 2 }],
    ]);
  });
});

describe.each(runtimeClients)('%s’s own failure', (_name, runtimeClient) => {
  const run = (script: Next[], codeAtLoad = '') =>
    runUnderScript({
      ...{ files, runtimeClient, script },
      variables: { PLUGIN_SHOULD_VALIDATE_JWT: 'false', CODE_AT_LOAD: codeAtLoad },
    });
  const good = (code = ''): Next => ({ event: JSON.stringify(eventOf(code)) });
  const LISTENING =
    'for (const name of ["uncaughtException", "unhandledRejection"]) process.on(name, () => 1);';

  it.each<[string, Next[]]>([
    ['no answer to the request for an event', ['gone']],
    ['a refusal of the request for an event', [{ status: 500 }]],
    ['an event that is no JSON', [{ event: '{"canary' }]],
  ])('by %s ends the process with 1, at the first event and at the second', async (_what, script) => {
    const [first, second] = [await run(script), await run([good(), ...script])];

    expect([first.exitCode, second.exitCode]).toEqual([1, 1]);
    expect([first.posted.length, second.posted.length]).toEqual([0, 1]);
    expect(first.output).toMatch(/Error/);
    expect(second.output).toMatch(
      /"level":"error","message":"The process ends: .*"error":\{"name":"[A-Za-z]*Error/,
    );
    expect(second.output).not.toContain('canary');
  });

  it('by a variable that is missing ends the process with 1', async () => {
    const ended = await run([good('delete process.env.AWS_LAMBDA_FUNCTION_NAME'), good()]);

    expect([ended.exitCode, ended.posted.length]).toEqual([1, 1]);
    expect(ended.output).toMatch(/"message":"The process ends: .*AWS_LAMBDA_FUNCTION_NAME/);
  });

  it.each([
    ['is thrown', 'throw new RangeError("at load");'],
    ['is rejected', 'Promise.reject(new RangeError("at load"));'],
    ['is rejected a bit later', 'process.nextTick(() => Promise.reject(new RangeError("at load")));'],
  ])('by what %s as the plugin is loaded ends the process with 1', async (_what, codeAtLoad) => {
    const ended = await run([good()], codeAtLoad);

    expect(ended.exitCode).toBe(1);
    expect(ended.posted.filter(({ path }) => path.includes('/invocation/'))).toEqual([]);
    expect(ended.output).toContain('RangeError: at load');
  });

  it('ends the process also when the plugin listens to what nobody catches, and keeps it busy', async () => {
    const ended = await run([good(), 'gone'], `${LISTENING} setInterval(() => 1, 1000);`);

    expect([ended.exitCode, ended.posted.length]).toEqual([1, 1]);
  });

  it('after a stray error of the plugin ends the process with 1', async () => {
    const ended = await run([good(`Promise.reject(new Error("stray")); ${PAUSE}`), 'gone']);

    expect(ended.exitCode).toBe(1);
    expect(ended.output).toMatch(/Nobody caught an error[\s\S]*The process ends/);
  });
});
