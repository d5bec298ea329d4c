import {
  type Json,
  PLUGINS,
  pluginForm,
  type Recorder,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  UUID,
  zip,
} from '../../builders/emulator.ts';

/** Each environment has its own id, and counts its events. */
const COUNTING = "const id = require('node:crypto').randomUUID(); let count = 0;";
const FAILED = [502, 'Internal Server Error'];

let biot: TestEmulator;
let recorder: Recorder;
let deployed = 0;

beforeAll(async () => {
  recorder = await startRecorder();
  biot = await startTestEmulator();
});

afterEach(() => {
  recorder.release();
  recorder.received.length = 0;
});

afterAll(async () => {
  await biot.close();
  await recorder.close();
});

const deploy = (code: string, config: Json = {}) =>
  biot.deploy({ name: `function-${++deployed}`, code, config });

const ask = async (endpointUrl: string, body: object = {}) => {
  const answer = await fetch(endpointUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
};
const jsonOf = async (endpointUrl: string, body?: object) =>
  JSON.parse((await ask(endpointUrl, body)).text) as Json;

describe('environments', () => {
  it('are kept warm for events that follow each other', async () => {
    const { endpointUrl } = await deploy(
      `${COUNTING} exports.handler = async () => ({ id, count: ++count });`,
    );

    const answers = [await jsonOf(endpointUrl), await jsonOf(endpointUrl), await jsonOf(endpointUrl)];

    const [{ id } = {}] = answers;
    expect(answers).toEqual([1, 2, 3].map((count) => ({ id, count })));
    expect(id).toEqual(UUID);
  });

  it('are two for two events at the same time, and one of them serves the next', async () => {
    const { endpointUrl } = await deploy(
      `${COUNTING} exports.handler = async () => {
        await fetch('${recorder.url}', { method: 'POST', body: JSON.stringify({ id }) });
        return { id, stream: process.env.AWS_LAMBDA_LOG_STREAM_NAME, count: ++count };
      };`,
    );
    recorder.hold();
    const both = [jsonOf(endpointUrl), jsonOf(endpointUrl)];
    await recorder.until(2);
    recorder.release();

    const [first, second] = (await Promise.all(both)) as [Json, Json];
    const third = await jsonOf(endpointUrl);

    expect([first.count, second.count, third.count]).toEqual([1, 1, 2]);
    expect(second.id).not.toBe(first.id);
    expect(second.stream).not.toBe(first.stream);
    expect([first.id, second.id]).toContain(third.id);
  });

  it('are not without end: one event too many at the same time gets 429', async () => {
    const { endpointUrl } = await deploy(
      `exports.handler = async () => {
        await fetch('${recorder.url}', { method: 'POST', body: '{}' });
        return 'done';
      };`,
    );
    recorder.hold();
    const accepted = Array.from({ length: 10 }, () => ask(endpointUrl));
    await recorder.until(10);

    const refused = await ask(endpointUrl);
    recorder.release();

    expect(refused.status).toBe(429);
    expect(await Promise.all(accepted)).toEqual(Array(10).fill({ status: 200, text: 'done' }));
  });

  it('of plugins are apart', async () => {
    const code = `${COUNTING} exports.handler = async () => ({ id, name: process.env.AWS_LAMBDA_FUNCTION_NAME });`;
    const [one, other] = [await deploy(code), await deploy(code)];

    const answers = [await jsonOf(one.endpointUrl), await jsonOf(other.endpointUrl)];

    expect(answers.map(({ name }) => name)).toEqual([`Plugin-${one.name}`, `Plugin-${other.name}`]);
    expect(answers[0]?.id).not.toBe(answers[1]?.id);
  });
});

describe('a function that fails', () => {
  const failing = (how: string, timeout = 1) =>
    deploy(
      `${COUNTING} exports.handler = async ({ body }) => {
        if (JSON.parse(body).fail) { ${how} }
        return { id, count: ++count };
      };`,
      { timeout },
    );

  it.each([
    ['takes longer than its timeout', 'await new Promise(() => setInterval(() => undefined, 1000));'],
    ['never gives the processor back', 'for (;;);'],
    ['exits with 0', 'process.exit(0);'],
    ['exits with 1', 'process.exit(1);'],
    ['is killed', "process.kill(process.pid, 'SIGKILL'); await new Promise(() => undefined);"],
    [
      'throws outside of its promise',
      'setImmediate(() => { throw new Error("no"); }); await new Promise(() => undefined);',
    ],
  ])('and %s gives 502, and the next event a fresh environment', async (_name, how) => {
    const { endpointUrl } = await failing(how, 2); // the function starts anew within it
    const before = await jsonOf(endpointUrl);

    const failed = await ask(endpointUrl, { fail: true });
    const after = await jsonOf(endpointUrl);

    expect([failed.status, failed.text]).toEqual(FAILED);
    expect([before.count, after.count]).toEqual([1, 1]);
    expect(after.id).not.toBe(before.id);
  });

  it.each([
    ['throws an error', "throw new Error('the inside');"],
    ['throws a string', "throw 'the inside';"],
    ['returns what is no JSON', 'return 1n;'],
    ['returns a circle', 'const circle = {}; circle.self = circle; return circle;'],
  ])('and %s gives 502 without details, and stays warm', async (_name, how) => {
    const { endpointUrl } = await failing(how);
    const before = await jsonOf(endpointUrl);

    const failed = await ask(endpointUrl, { fail: true });
    const after = await jsonOf(endpointUrl);

    expect([failed.status, failed.text]).toEqual(FAILED);
    expect(after).toEqual({ id: before.id, count: 2 });
  });

  it.each([
    ['throws', "throw new Error('reason-a');", /reason-a/],
    [
      'is too slow',
      'await new Promise(() => setInterval(() => undefined, 1000));',
      /timed out after 1\.00 seconds/,
    ],
    ['exits', 'process.exit(3);', /exit status 3/],
  ])('and %s says why in the log', async (_name, how, reason) => {
    const { endpointUrl, name } = await failing(how);

    await ask(endpointUrl, { fail: true });

    const lines = biot.logged.filter((line) => line.includes(String(name)));
    expect(lines.join('\n')).toMatch(reason);
  });

  it.each([
    ['throws while it loads', "throw new Error('no');"],
    ['cannot be read', 'exports.handler = async ( => {'],
    ['needs what is not there', "require('not-there'); exports.handler = async () => 1;"],
    ['exports no handler', 'exports.other = async () => 1;'],
    ['exits while it loads', 'process.exit(1);'],
    ['exits with 0 while it loads', 'process.exit(0);'],
  ])('because it %s gives 502, each time', async (_name, code) => {
    const { endpointUrl } = await deploy(code);

    const answers = [await ask(endpointUrl), await ask(endpointUrl)];

    expect(answers.map(({ status, text }) => [status, text])).toEqual([FAILED, FAILED]);
  });

  it('takes its time from the start of the event, and knows how much is left', async () => {
    const { endpointUrl } = await deploy(
      'exports.handler = async (_event, context) => context.getRemainingTimeInMillis();',
      { timeout: 7 },
    );

    const left = Number((await ask(endpointUrl)).text);

    expect(left).toBeGreaterThan(5_000);
    expect(left).toBeLessThanOrEqual(7_000);
  });
});

describe('the context', () => {
  it("is Lambda's", async () => {
    const { endpointUrl, name } = await deploy(
      'exports.handler = async (_event, context) => ({ ...context, env: process.env });',
      { memorySize: 256 },
    );

    const { env, ...context } = (await jsonOf(endpointUrl)) as { env: Json };

    expect(context).toMatchObject({
      awsRequestId: UUID,
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:Plugin-${name}`,
      functionName: `Plugin-${name}`,
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      logGroupName: `/aws/lambda/Plugin-${name}`,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    });
  });
});

describe('what a function writes', () => {
  it('is logged line by line under its name', async () => {
    const { endpointUrl, name } = await deploy(
      // Not by console: aws-lambda-ric gives its lines a form of their own.
      "exports.handler = async () => { process.stdout.write('one\\ntwo\\n'); process.stderr.write('three\\n'); return 1; };",
    );
    await ask(endpointUrl);
    await biot.call(`DELETE ${PLUGINS}/${name}`);

    const lines = biot.logged.filter((line) => line.startsWith(`[${name}]`));

    expect(lines).toEqual(expect.arrayContaining([`[${name}] one`, `[${name}] two`, `[${name}] three`]));
  });
});

describe('the code of a ZIP', () => {
  it.each<[string, string, Record<string, string>]>([
    ['an ES module', 'index.handler', { 'index.mjs': 'export const handler = async () => "it";' }],
    [
      'an ES module by its package',
      'index.handler',
      { 'index.js': 'export const handler = async () => "it";', 'package.json': '{"type":"module"}' },
    ],
    [
      'a CommonJS module by its name',
      'index.handler',
      { 'index.cjs': 'exports.handler = async () => "it";' },
    ],
    [
      'in a folder',
      'lib/app.run',
      { 'lib/app.js': 'exports.run = async () => require("./it");', 'lib/it.js': 'module.exports = "it";' },
    ],
    ['with a nested export', 'index.a.b', { 'index.js': 'exports.a = { b: async () => "it" };' }],
  ])('may be %s', async (_name, handler, files) => {
    const name = `function-${++deployed}`;
    const config = { name, displayName: name, version: 1, handler };
    const { body } = await biot.call(`POST ${PLUGINS}`, { body: pluginForm(config, zip(files)) });

    const answer = await ask((body as { endpointUrl: string }).endpointUrl);

    expect(answer).toEqual({ status: 200, text: 'it' });
  });
});
