import { REQUEST_ID, startTestEnvironment, type TestEnvironment } from '../../builders/environment.ts';
import { until } from '../../builders/until.ts';

/** Runtime clients that do not keep to the Runtime API: whatever they do, the next event must not wait for ever. */
const TOOLS = `
  const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime';
  const next = async () => (await fetch(api + '/invocation/next')).headers.get('lambda-runtime-aws-request-id');
  const post = async (path, body = '{}') => (await fetch(api + path, { method: 'POST', body })).status;
  const respond = (id, body) => post('/invocation/' + id + '/response', JSON.stringify(body));
  const stay = () => new Promise(() => setInterval(() => undefined, 1000));`;

let environment: TestEnvironment;

const start = async (program: string, timeout = 3) => {
  const files = { 'runtime.mjs': TOOLS + program };
  environment = await startTestEnvironment(files, { runtimeClient: 'runtime.mjs', timeout });
};

const twice = async () => [await environment.send(), await environment.send()];

const reports = () => environment.texts('lambda').filter((text) => text.startsWith('REPORT'));

afterEach(() => environment.end());

describe('a runtime that', () => {
  it('reports a failed initialisation and stays is ended, and its report is the answer', async () => {
    await start(`await post('/init/error', '{"errorType":"Mine"}'); await stay();`);

    const outcomes = await twice();

    expect(outcomes).toEqual(Array(2).fill({ ok: false, payload: '{"errorType":"Mine"}' }));
  });

  it('reports a failed initialisation and then asks for an event gets none', async () => {
    await start(`await post('/init/error', '{"errorType":"Mine"}'); await next(); await stay();`);

    const outcome = await environment.send();

    expect(outcome).toEqual({ ok: false, payload: '{"errorType":"Mine"}' });
  });

  it('posts an error twice is told so, and goes on', async () => {
    await start(`for (;;) {
      const id = await next();
      const path = '/invocation/' + id + '/error';
      console.log(await post(path, '{"errorType":"Mine"}'), await post(path));
    }`);

    const outcomes = await twice();
    await until(() => environment.texts('function').length === 2);

    expect(outcomes).toEqual(Array(2).fill({ ok: false, payload: '{"errorType":"Mine"}' }));
    expect(environment.texts('function')).toEqual(['202 403', '202 403']);
  });

  it('asks for two events at the same time gets one, twice', async () => {
    await start(`for (;;) {
      const ids = await Promise.all([next(), new Promise((done) => setTimeout(done, 20)).then(next)]);
      await respond(ids[0], ids);
    }`);

    const outcomes = await twice();

    const result = JSON.stringify([REQUEST_ID, REQUEST_ID]);
    expect(outcomes).toEqual(Array(2).fill({ ok: true, result }));
  });

  it('answers another event than it was given can still answer the right one', async () => {
    await start(`for (;;) {
      const id = await next();
      const status = await respond('other', 1);
      await respond(id, status);
    }`);

    const outcomes = await twice();

    expect(outcomes).toEqual(Array(2).fill({ ok: true, result: '400' }));
  });

  it('asks for the next event before it has answered gets the same again', async () => {
    await start(`for (;;) {
      const ids = [await next(), await next()];
      await respond(ids[0], ids[0] === ids[1]);
    }`);

    const outcomes = await twice();

    expect(outcomes).toEqual(Array(2).fill({ ok: true, result: 'true' }));
  });

  it('never asks for the next event has answered this one, and is ended at its limit', async () => {
    await start(`await respond(await next(), 1); await stay();`, 1);

    const outcome = await environment.send();
    const wasBusy = environment.isBusy();
    await until(() => reports().length === 1);
    const next = await environment.send();

    expect([outcome, next]).toEqual(Array(2).fill({ ok: true, result: '1' }));
    expect(wasBusy).toBe(true);
    expect(reports()[0]).toMatch(/Status: timeout$/);
  });

  it('ends after it has answered has answered', async () => {
    await start(`await respond(await next(), 1); process.exit(5);`);

    const outcomes = await twice();

    await until(() => reports().length === 2);
    expect(outcomes).toEqual(Array(2).fill({ ok: true, result: '1' }));
    expect(reports()[0]).toMatch(/Status: error\tError Type: Runtime\.ExitError$/);
  });
});
