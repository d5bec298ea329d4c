import { existsSync } from 'node:fs';
import {
  FUNCTION_ARN,
  handlerOf,
  REQUEST_ID,
  runtimeClients,
  startTestEnvironment,
  type TestEnvironment,
} from '../../builders/environment.ts';
import { isAlive, itOnLinux, stateOf } from '../../builders/processState.ts';
import { until } from '../../builders/until.ts';

const FOREVER = 'await new Promise(() => setInterval(() => undefined, 1000));';
const BLOCKED = (ms: number) => `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});`;

let environment: TestEnvironment;

const start = async (...[code, settings]: Parameters<typeof startTestEnvironment>) => {
  environment = await startTestEnvironment(code, settings);
};

const failureOf = async (sent: ReturnType<TestEnvironment['send']>) => {
  const outcome = await sent;
  return outcome.ok ? outcome : JSON.parse(outcome.payload);
};

afterEach(() => environment.end());

describe.each(runtimeClients)('with %s, an event', (_name, runtimeClient) => {
  it('comes to the function, whose result is returned as it posted it', async () => {
    await start(handlerOf('return { got: event.a, arn: context.invokedFunctionArn };'), { runtimeClient });

    const outcome = await environment.send({ a: 'ä' });

    expect(outcome).toEqual({ ok: true, result: JSON.stringify({ got: 'ä', arn: FUNCTION_ARN }) });
  });

  it.each([
    ['exits with 0', 'process.exit(0);', 'Runtime exited without providing a reason'],
    ['exits with 3', 'process.exit(3);', 'Runtime exited with error: exit status 3'],
    ['is killed', "process.kill(process.pid, 'SIGKILL');", 'Runtime exited with error: signal: killed'],
    ['is ended', "process.kill(process.pid, 'SIGTERM');", 'Runtime exited with error: signal: terminated'],
    ['aborts', 'process.abort();', 'Runtime exited with error: signal: aborted'],
    [
      'rejects nobody’s promise',
      "void Promise.reject(new Error('no'));",
      'Runtime exited with error: exit status 1',
    ],
  ])("of a function that %s fails in Lambda's words", async (_what, how, words) => {
    await start(handlerOf(`${how} ${FOREVER}`), { runtimeClient });

    const failure = await failureOf(environment.send());

    expect(failure).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${REQUEST_ID} Error: ${words}`,
    });
  });

  it('that cannot be answered in time fails in Lambda’s words', async () => {
    await start(handlerOf(FOREVER), { runtimeClient, timeout: 1 });

    const failure = await failureOf(environment.send());

    expect(failure).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${REQUEST_ID} Error: Task timed out after 1.00 seconds`,
    });
  });

  it('fails with what the function threw', async () => {
    await start(handlerOf("throw new TypeError('no');"), { runtimeClient });

    const failure = await failureOf(environment.send());

    expect(failure).toEqual({
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: expect.arrayContaining(['TypeError: no']),
    });
  });

  it("fails with Lambda's words for a result that is too large, and the next one is served", async () => {
    await start(handlerOf("return event.isLarge ? 'x'.repeat(6_291_555) : 1;"), { runtimeClient });

    const failure = await failureOf(environment.send({ isLarge: true }));
    const next = await environment.send();

    expect(failure).toEqual({
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect(next).toEqual({ ok: true, result: '1' });
  });

  it('may have a result of exactly the limit', async () => {
    await start(handlerOf("return 'x'.repeat(6_291_554);"), { runtimeClient });

    const outcome = await environment.send();

    expect(outcome).toMatchObject({ ok: true });
  });
});

describe('initialising', () => {
  it('is not counted in the time of the function', async () => {
    await start(BLOCKED(1200) + handlerOf('return context.getRemainingTimeInMillis();'), { timeout: 1 });

    const outcome = await environment.send();

    expect(outcome).toEqual({ ok: true, result: expect.stringMatching(/^9\d\d$/) });
  });

  it('that failed is tried once more by the first event, and then its error is the answer', async () => {
    await start(`console.log('try'); throw new RangeError('at load');`);

    const first = await failureOf(environment.send());
    const triesOfFirst = environment.texts('function').filter((text) => text.endsWith('try')).length;
    await environment.send();

    const tries = environment.texts('function').filter((text) => text.endsWith('try')).length;
    expect(first).toEqual({
      errorType: 'RangeError',
      errorMessage: 'at load',
      trace: expect.arrayContaining(['RangeError: at load']),
    });
    expect([triesOfFirst, tries]).toEqual([2, 3]);
  });

  it('that failed once may succeed the second time: what is in the temporary folder stays', async () => {
    await start(
      `const fs = require('node:fs'); const path = require('node:os').tmpdir() + '/tried';
       if (!fs.existsSync(path)) { fs.writeFileSync(path, ''); process.exit(1); }
       ${handlerOf("return 'second';")}`,
    );

    const outcome = await environment.send();

    expect(outcome).toEqual({ ok: true, result: '"second"' });
  });

  it('the second time takes of the function’s own time', async () => {
    await start(
      `const fs = require('node:fs'); const path = require('node:os').tmpdir() + '/tried';
       if (!fs.existsSync(path)) { fs.writeFileSync(path, ''); process.exit(1); }
       ${BLOCKED(1200)} ${handlerOf('return 1;')}`,
      { timeout: 1 },
    );

    const failure = await failureOf(environment.send());

    expect(failure).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('is ended after 10 s, and once more within the time of the function', async () => {
    await start(`console.log('try'); ${BLOCKED(60_000)}${handlerOf('return 1;')}`, { timeout: 1 });
    const begun = performance.now();

    const failure = await failureOf(environment.send());

    const seconds = (performance.now() - begun) / 1000;
    expect(failure).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(seconds).toBeGreaterThan(11);
    expect(seconds).toBeLessThan(14);
    expect(environment.texts('function')).toHaveLength(2);
  }, 20_000);
});

describe('an environment', () => {
  it.each([
    ['a crash', 'process.exit(1);'],
    ['the end of its time', FOREVER],
    ['a blocked processor', 'for (;;);'],
  ])('keeps its temporary folder and nothing else over %s', async (_what, how) => {
    await start(
      `let count = 0; const fs = require('node:fs'); const path = require('node:os').tmpdir() + '/kept';
       ${handlerOf(`
         if (event.fail) { fs.writeFileSync(path, 'kept'); count = 9; ${how} }
         return [++count, fs.existsSync(path) && fs.readFileSync(path, 'utf8')];`)}`,
      { timeout: 1 },
    );

    const failed = await environment.send({ fail: true });
    const next = await environment.send();

    expect(failed.ok).toBe(false);
    expect(next).toEqual({ ok: true, result: '[1,"kept"]' });
  });

  itOnLinux('is frozen between events, also with work left to do', async () => {
    await start(`setInterval(() => undefined, 1); ${handlerOf('return process.pid;')}`);

    const pids = [await numberOf(environment.send()), await numberOf(environment.send())];

    await until(() => stateOf(pids[0] as number) === 'T');
    expect(pids[1]).toBe(pids[0]);
  });

  it('notices at the next event that the function has ended between events', async () => {
    await start(handlerOf('return process.pid;'));
    const pid = await numberOf(environment.send());

    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    const failure = await failureOf(environment.send());
    const after = await numberOf(environment.send());

    expect(failure).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${REQUEST_ID} Error: Runtime exited with error: signal: killed`,
    });
    expect(after).not.toBe(pid);
  });

  it('leaves no process and no folder behind when it is closed in the middle of an event', async () => {
    await start(handlerOf(`console.log(process.pid, require('node:os').tmpdir()); ${FOREVER}`));
    const sent = environment.send();
    await until(() => environment.texts('function').length > 0);

    await environment.close();

    const [pid, folder] = (environment.texts('function')[0] ?? '').split('\t').at(-1)?.split(' ') ?? [];
    expect(await sent).toMatchObject({ ok: false });
    expect(isAlive(Number(pid))).toBe(false);
    expect(existsSync(String(folder))).toBe(false);
  });
});

const numberOf = async (sent: ReturnType<TestEnvironment['send']>): Promise<number> =>
  Number(((await sent) as { result: string }).result);
