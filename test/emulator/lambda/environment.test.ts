import { join } from 'node:path';
import { type Environment, startEnvironment } from '../../../emulator/lambda/environment.ts';
import { launchProcess, removeTask, unpackZip } from '../../../emulator/lambda/processLauncher.ts';
import { PROJECT_ROOT, zip } from '../../builders/emulator.ts';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Plugin-example';
const REQUEST_ID = '[0-9a-f]{8}-[0-9a-f-]{27}';

let environment: Environment;
let taskRoot: string;

afterEach(async () => {
  environment.close();
  await removeTask(taskRoot);
});

const start = async (code: string, timeout = 10) => {
  taskRoot = await unpackZip(zip(code));
  environment = await startEnvironment({
    host: '127.0.0.1',
    timeout,
    functionArn: FUNCTION_ARN,
    launch: async (port) =>
      launchProcess(join(PROJECT_ROOT, 'emulator/lambda/runtimeClient.mjs'), {
        taskRoot,
        variables: { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`, _HANDLER: 'index.handler' },
        onOutput: () => undefined,
      }),
  });
};

const handler = (body: string) => `exports.handler = async (event, context) => { ${body} };`;

describe('invoke', () => {
  it('gives the function the event and returns its result as it posted it', async () => {
    await start(handler('return { got: event.a, arn: context.invokedFunctionArn };'));

    const outcome = await environment.invoke('{"a":"ä"}');

    expect(outcome).toEqual({ ok: true, result: JSON.stringify({ got: 'ä', arn: FUNCTION_ARN }) });
  });

  it('returns null for a function that returns nothing', async () => {
    await start(handler(''));

    const outcome = await environment.invoke('{}');

    expect(outcome).toEqual({ ok: true, result: 'null' });
  });

  it.each([
    ['exits with 0', 'process.exit(0);', 'Runtime exited without providing a reason'],
    ['exits with 3', 'process.exit(3);', 'Runtime exited with error: exit status 3'],
    ['is killed', "process.kill(process.pid, 'SIGKILL');", 'Runtime exited with error: signal: killed'],
    [
      'is terminated',
      "process.kill(process.pid, 'SIGTERM');",
      'Runtime exited with error: signal: terminated',
    ],
  ])("reports a function that %s in Lambda's words", async (_name, how, words) => {
    await start(handler(`${how} await new Promise(() => setInterval(() => undefined, 1000));`));

    const outcome = await environment.invoke('{}');

    expect(outcome).toEqual({ ok: false, payload: expect.any(String) });
    expect(JSON.parse((outcome as { payload: string }).payload)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(`^RequestId: ${REQUEST_ID} Error: ${words}$`),
    });
    expect(environment.isDead()).toBe(true);
  });

  it("reports a function that takes too long in Lambda's words, and ends it", async () => {
    await start(handler('await new Promise(() => setInterval(() => undefined, 1000));'), 1);

    const outcome = await environment.invoke('{}');

    expect(JSON.parse((outcome as { payload: string }).payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        `^RequestId: ${REQUEST_ID} Error: Task timed out after 1\\.00 seconds$`,
      ),
    });
    expect(environment.isDead()).toBe(true);
  });

  it('does not count the time of the start', async () => {
    const blocked = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);';
    await start(blocked + handler('return 1;'), 1);

    const outcome = await environment.invoke('{}');

    expect(outcome).toEqual({ ok: true, result: '1' });
  });

  it('reports what the function threw', async () => {
    await start(handler("throw new TypeError('no');"));

    const outcome = await environment.invoke('{}');

    expect(JSON.parse((outcome as { payload: string }).payload)).toEqual({
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: expect.arrayContaining(['TypeError: no']),
    });
    expect(environment.isDead()).toBe(false);
  });

  it("reports a result that is too large in Lambda's words", async () => {
    await start(handler("return 'x'.repeat(6_291_555);"));

    const outcome = await environment.invoke('{}');

    expect(JSON.parse((outcome as { payload: string }).payload)).toEqual({
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      errorType: 'Function.ResponseSizeTooLarge',
    });
  });

  it('reports why the function could not be loaded', async () => {
    await start("throw new RangeError('at load');");

    const outcome = await environment.invoke('{}');

    expect(JSON.parse((outcome as { payload: string }).payload)).toEqual({
      errorType: 'RangeError',
      errorMessage: 'at load',
      trace: expect.any(Array),
    });
  });

  it('ends within the time for the start and its own, when the start never ends', async () => {
    await start(`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);${handler('return 1;')}`, 1);
    let watch: NodeJS.Timeout | undefined;
    const tooLate = new Promise((resolve) => {
      watch = setTimeout(
        resolve,
        13_000,
        'still waiting after the 10 s of a start and the 1 s of the function',
      );
    });

    const outcome = await Promise.race([environment.invoke('{}'), tooLate]);

    clearTimeout(watch);
    expect(outcome).toEqual({ ok: false, payload: expect.any(String) });
  });
});
