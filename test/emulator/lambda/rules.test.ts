import {
  type Recorder,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  zip,
} from '../../builders/emulator.ts';
import { isAlive, itOnLinux, stateOf } from '../../builders/processState.ts';
import { until } from '../../builders/until.ts';

/** What a plugin may do on a developer's machine and not on Lambda: here it may not do it either. */

const FAILED = [502, 'Internal Server Error'];
const FOREVER = 'await new Promise(() => setInterval(() => undefined, 1000));';

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

const deploy = async (code: string, config: { timeout?: number } = {}) => {
  const environmentVariables = { RECORDER: recorder.url };
  const name = `rule-${++deployed}`;
  return (await biot.deploy({ name, code, config: { ...config, environmentVariables } })).endpointUrl;
};

const ask = async (url: string, body: object = {}) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return [answer.status, await answer.text()];
};

/** In the body, `fail` is the event's, and `note(what)` tells the recorder. */
const handler = (body: string, before = '') => `${before}
  const note = (what) => fetch(process.env.RECORDER, { method: 'POST', body: JSON.stringify({ what }) });
  exports.handler = async (event, context) => { const { fail } = JSON.parse(event.body ?? '{}'); ${body} };`;

describe('a plugin fails here, as on Lambda, when it', () => {
  it.each<[string, string, RegExp]>([
    ['takes longer than its timeout', handler(FOREVER), /Task timed out after 2\.00 seconds/],
    ['blocks the processor beyond it', handler('for (;;);'), /Task timed out after 2\.00 seconds/],
    ['ends its process', handler('process.exit(0);'), /Runtime exited without providing a reason/],
    [
      'leaves a rejected promise to nobody',
      handler(`void Promise.reject(new Error('no')); ${FOREVER}`),
      /exit status 1/,
    ],
    [
      'waits for what never comes',
      handler('await new Promise(() => undefined);'),
      /without providing a reason/,
    ],
    [
      'answers with more than 6 MB',
      handler("return { statusCode: 200, body: 'x'.repeat(6_291_557) };"),
      /Function\.ResponseSizeTooLarge/,
    ],
    ['answers what is no JSON', handler('return { n: 1n };'), /Runtime\.JSONStringifyError/],
    [
      'still has a callback',
      'exports.handler = (event, context, callback) => callback(null, 1);',
      /Runtime\.CallbackHandlerDeprecated/,
    ],
    ['exports another name', 'exports.main = async () => 1;', /Runtime\.HandlerNotFound/],
    [
      'needs a package that is not in its ZIP',
      "const express = require('express'); exports.handler = async () => 1;",
      /Runtime\.ImportModuleError/,
    ],
    [
      'counts on this machine’s variables',
      "if (!process.env.HOME) throw new Error('no HOME'); exports.handler = async () => 1;",
      /no HOME/,
    ],
  ])('%s', async (_what, code, reason) => {
    const url = await deploy(code, { timeout: 2 });

    const answer = await ask(url);

    const told = biot.logged.filter((line) => line.startsWith(`[rule-${deployed}]`)).join('\n');
    expect(answer).toEqual(FAILED);
    expect(told).toMatch(reason);
  });
});

describe('a plugin', () => {
  itOnLinux('does no work between events: it stands still after its answer', async () => {
    const url = await deploy(handler("setTimeout(() => note('late'), 50); return process.pid;"));

    const [, pid] = await ask(url);

    await until(() => stateOf(String(pid)) === 'T');
    expect(recorder.received).toEqual([]);
  });

  it('loses what it remembers when it fails, and keeps its temporary folder', async () => {
    const url = await deploy(
      handler(
        `count += 1; const path = require('node:os').tmpdir() + '/kept';
         if (fail) { require('node:fs').writeFileSync(path, ''); process.exit(1); }
         return [count, require('node:fs').existsSync(path)];`,
        'let count = 0;',
      ),
    );
    await ask(url);
    await ask(url, { fail: true });

    const answer = await ask(url);

    expect(answer).toEqual([200, '[1,true]']);
  });

  it('shares nothing between events at the same time, also no folder', async () => {
    const url = await deploy(
      handler(
        "current = {}; const mine = current; await note('in'); return [mine === current, folder];",
        `
        let current; const folder = require('node:os').tmpdir();`,
      ),
    );
    recorder.hold();
    const both = [ask(url), ask(url)];
    await recorder.until(2);
    recorder.release();

    const answers = await Promise.all(both);

    const [one, other] = answers.map(([, text]) => JSON.parse(String(text)) as [boolean, string]);
    expect([one?.[0], other?.[0]]).toEqual([true, true]);
    expect(one?.[1]).not.toBe(other?.[1]);
  });

  it('is not told when it is ended', async () => {
    const url = await deploy(
      handler(
        'return process.pid;',
        `for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'])
           process.on(name, () => require('node:fs').writeFileSync('told', ''));
         process.on('exit', () => require('node:fs').writeFileSync('told', ''));`,
      ),
    );
    const [, pid] = await ask(url);

    await biot.call(`DELETE /settings/v2/plugins/rule-${deployed}`);

    await until(() => !isAlive(Number(pid)));
    expect(biot.logged.filter((line) => line.startsWith(`[rule-${deployed}]`))).toEqual([]);
  });

  it('has the same id in the answer, in its context and in the log', async () => {
    const url = await deploy(handler('return context.awsRequestId;'));

    const answer = await fetch(url, { method: 'POST', body: '{}' });

    const requestId = answer.headers.get('x-amzn-requestid');
    expect(await answer.text()).toBe(requestId);
    const { body } = await biot.call(`GET /emulator/logs?plugin=rule-${deployed}`);
    expect(JSON.stringify(body)).toContain(`START RequestId: ${requestId} Version: $LATEST`);
  });
});

describe('a ZIP', () => {
  it('of more than 50 MB is refused', async () => {
    const form = new FormData();
    const config = { name: 'large', displayName: 'large', version: 1 };
    form.append('config', JSON.stringify(config));
    const bytes = Buffer.concat([zip('exports.handler = () => 1;'), Buffer.alloc(50 * 1024 * 1024)]);
    form.append('code', new Blob([Uint8Array.from(bytes)]), 'hw.zip');

    const { status } = await biot.call('POST /settings/v2/plugins', { body: form });

    expect(status).toBeGreaterThanOrEqual(400);
  });
});
