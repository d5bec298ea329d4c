import { runHandler } from '../../../deploy/checkImage/runHandler.ts';
import { docker } from '../../builders/container.ts';
import { describeWithDocker } from '../../builders/docker.ts';
import { buildScratchImage, removeImages } from '../../builders/scratchImage.ts';

const CODE: Record<string, string> = {
  'index.js': 'exports.handler = async (event, context) => 1;',
  'esm.mjs': 'export const handler = () => 1; export default { other() {} };',
  'nested/index.js': 'exports.a = { b: { c: () => 1 } };',
  'chatty.js':
    'console.log(\'{"type":"number"}\'); console.error(1); exports.handler = () => 1; setInterval(() => 1, 9);',
  'streaming.js': 'exports.handler = awslambda.streamifyResponse(async (event, stream, context) => 1);',
  'variables.js':
    'for (const name of ["BIOT_BASE_URL", "LAMBDA_TASK_ROOT", "_HANDLER"]) process.env[name].length; exports.handler = () => 1;',
  'user.js':
    'if (process.getuid() !== 993 || process.getgid() !== 990) throw new SyntaxError(); exports.handler = () => 1;',
  'package/index.js': '',
  'number.js': 'exports.handler = 1;',
  'callback.js': 'exports.handler = (event, context, callback) => callback();',
  'needs.js': 'require("not-there");',
  'needsEsm.mjs': 'import "not-there";',
  'broken.js': 'exports.handler = (',
  'unknown.js': 'undefinedName();',
  'writes.js': 'require("fs").writeFileSync("/var/task/a", "");',
  'ends.js': 'process.exit(3);',
  'waits.mjs': 'await new Promise(() => undefined);',
  'sleeps.mjs': 'await new Promise((done) => setTimeout(done, 60_000));',
  'floods.js':
    'const text = "x".repeat(65_000); while (true) try { require("fs").writeSync(1, text); } catch {}',
  'throws.js': 'throw new Error("MY_NAME is required");',
  'asks.mjs': 'await fetch("http://192.0.2.1/");',
};

describeWithDocker('runHandler', () => {
  let imageId: string;

  const run = (handler: string, limitMs?: number) =>
    runHandler({
      ...{ env: process.env, imageId, node: '/usr/local/bin/node', root: '/var/task', handler },
      ...(limitMs && { limitMs }),
    });
  const listContainers = () =>
    docker('ps', '--all', '--quiet', '--filter', `ancestor=${imageId}`, '--filter', 'name=biot-check-image');

  beforeAll(async () => {
    const files = Object.entries(CODE).map(([name, content]) => ({ name: `var/task/${name}`, content }));
    imageId = await buildScratchImage({ from: 'node:24-bookworm-slim', dockerfile: [], files });
  });

  afterEach(async () => {
    expect(await listContainers()).toBe('');
  });

  afterAll(() => removeImages([imageId]));

  it.each([
    'index.handler',
    '/var/task/index.handler',
    'esm.handler',
    'esm.other',
    'nested/index.a.b.c',
    'chatty.handler',
    'streaming.handler',
    'variables.handler',
    'user.handler',
  ])('finds nothing wrong with %s', async (handler) => {
    const findings = await run(handler);

    expect(findings).toEqual([]);
  });

  it.each([
    ['HANDLER_NO_FUNCTION', 'index.other', 'is not exported'],
    ['HANDLER_NO_FUNCTION', 'index.handler.name.none', 'is not exported'],
    ['HANDLER_NO_FUNCTION', 'number.handler', 'of type number'],
    ['HANDLER_TAKES_CALLBACK', 'callback.handler', '3 parameters'],
    ['HANDLER_NOT_LOADED', 'package.handler', 'Directory import'],
    ['HANDLER_NOT_LOADED', 'missing.handler', 'Cannot find module'],
    ['HANDLER_NOT_LOADED', 'needs.handler', "Cannot find module 'not-there'"],
    ['HANDLER_NOT_LOADED', 'needsEsm.handler', "Cannot find package 'not-there'"],
    ['HANDLER_NOT_LOADED', 'broken.handler', 'SyntaxError'],
    ['HANDLER_NOT_LOADED', 'unknown.handler', 'undefinedName is not defined'],
    ['HANDLER_NOT_LOADED', 'writes.handler', 'read-only file system'],
    ['HANDLER_NOT_LOADED', 'ends.handler', 'exit code 3'],
    ['HANDLER_NOT_LOADED', 'waits.handler', 'exit code 13'],
  ])('refuses with %s: %s', async (code, handler, why) => {
    const findings = await run(handler);

    expect(findings).toEqual([
      expect.objectContaining({ code, severity: 'error', message: expect.stringContaining(why) }),
    ]);
  });

  it.each([
    ['throws.handler', 'MY_NAME is required'],
    ['asks.handler', 'fetch failed'],
  ])('only warns of what variables or a network might mend: %s', async (handler, why) => {
    const findings = await run(handler);

    expect(findings).toEqual([
      expect.objectContaining({
        ...{ code: 'HANDLER_THROWS', severity: 'warning', message: expect.stringContaining(why) },
      }),
    ]);
  });

  it('refuses an import that does not end', async () => {
    const findings = await run('sleeps.handler', 4000);

    expect(findings).toEqual([expect.objectContaining({ code: 'HANDLER_TOO_SLOW', severity: 'error' })]);
  });

  it('ends an import that prints without an end', async () => {
    const findings = await run('floods.handler');

    expect(findings).toEqual([expect.objectContaining({ code: 'HANDLER_NOT_CHECKED', severity: 'warning' })]);
  });

  it('only warns when docker cannot run it', async () => {
    const findings = await runHandler({
      ...{ env: process.env, imageId, node: '/not/there', root: '/var/task', handler: 'index.handler' },
      env: { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' },
    });

    expect(findings).toEqual([expect.objectContaining({ code: 'HANDLER_NOT_CHECKED', severity: 'warning' })]);
  });
});
