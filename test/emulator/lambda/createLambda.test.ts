import { randomUUID } from 'node:crypto';
import { chooseRuntimeClient } from '../../../emulator/lambda/chooseRuntimeClient.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../emulator/lambda/lambda.ts';
import type { LogLine } from '../../../emulator/logs.ts';
import type { Plugin, ServiceUser } from '../../../emulator/state.ts';
import { type Recorder, startRecorder } from '../../builders/emulator.ts';
import { handlerOf } from '../../builders/environment.ts';
import { PROJECT_ROOT } from '../../builders/project.ts';
import { zipOf } from '../../builders/zip.ts';

const serviceUser: ServiceUser = {
  id: 'service-user-1',
  name: 'Plugin-example',
  type: 'INTERNAL_SERVICE',
  secretKeys: [],
};

/** A plugin whose code is what its digest says. */
const plugin = (digest: string): Plugin => ({
  config: {
    ...{ name: 'example', displayName: 'Example', version: 1, runtime: null, handler: null },
    ...{ timeout: 5, memorySize: 128, ephemeralStorage: 512, environmentVariables: {} },
    subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
    ...{ enabledState: 'ENABLED', deploymentPackageType: 'ZIP', analyticsDbAccess: false },
    cors: { allowOrigins: [], allowMethods: [], allowHeaders: [], exposeHeaders: [] },
  },
  code: { kind: 'ZIP', digest },
  serviceUserId: serviceUser.id,
  urlId: 'a'.repeat(32),
  creationTime: '2026-01-01T00:00:00.000Z',
  lastModifiedTime: '2026-01-01T00:00:00.000Z',
});

let lambda: Lambda;
let zips: Map<string, Buffer>;
let lines: LogLine[];
let recorder: Recorder;

const start = (more: Partial<LambdaOptions> = {}) => {
  zips = new Map();
  lines = [];
  lambda = createLambda({
    state: { plugins: new Map(), serviceUsers: new Map([[serviceUser.id, serviceUser]]), zips },
    runtimeClient: chooseRuntimeClient(PROJECT_ROOT, () => undefined),
    docker: undefined,
    registry: undefined,
    biotUrls: () => ({ process: 'http://127.0.0.1:1', container: 'http://127.0.0.1:1' }),
    concurrency: 10,
    idleMs: 60_000,
    onLine: (line) => lines.push(line),
    ...more,
  });
};

const addCode = (digest: string, body: string) => zips.set(digest, zipOf({ 'index.js': handlerOf(body) }));

const ids = () => ({ requestId: randomUUID(), traceId: '0'.repeat(31).concat('1') });

const resultOf = async (digest: string, event: unknown = {}) => {
  const invoked = await lambda.invoke(plugin(digest), JSON.stringify(event), ids());
  return invoked?.outcome.ok ? JSON.parse(invoked.outcome.result) : invoked?.outcome;
};

beforeAll(async () => {
  recorder = await startRecorder();
});

afterEach(async () => {
  recorder.release();
  recorder.received.length = 0;
  await lambda.close();
});

afterAll(() => recorder.close());

const tell = () => `await fetch('${recorder.url}', { method: 'POST', body: '{}' });`;

describe('createLambda', () => {
  it('makes a plugin ready at its first event, once for several at the same time', async () => {
    start();
    addCode('v1', 'return __dirname;');

    const results = await Promise.all([resultOf('v1'), resultOf('v1'), resultOf('v1')]);

    expect(new Set(results).size).toBe(1);
    expect(results[0]).toContain('biot-task-');
  });

  it('fails an event whose code cannot be had, says why, and tries again at the next', async () => {
    start();
    const failed = await resultOf('v1');
    addCode('v1', 'return 1;');

    const next = await resultOf('v1');

    const words = /^RequestId: [0-9a-f-]{36} Error: The code v1 is lost$/;
    const { payload } = failed as { payload: string };
    expect(JSON.parse(payload)).toEqual({
      errorType: 'Sandbox.Failure',
      errorMessage: expect.stringMatching(words),
    });
    expect(lines[0]).toMatchObject({ plugin: 'example', text: expect.stringMatching(words) });
    expect(next).toBe(1);
  });

  it('says that an image needs an engine', async () => {
    start();
    const image = { ...plugin('v1'), code: { kind: 'IMAGE' as const, digest: 'sha256:0' } };

    const deployed = lambda.deploy(image, serviceUser);

    await expect(deployed).rejects.toThrow('An image needs a container engine, and none answers');
  });

  it('loses no event when a plugin is replaced: those in flight end in the old code', async () => {
    start();
    addCode('v1', `${tell()} return 'v1';`);
    addCode('v2', "return 'v2';");
    await lambda.deploy(plugin('v1'), serviceUser);
    recorder.hold();
    const inFlight = resultOf('v1');
    await recorder.until(1);

    await lambda.deploy(plugin('v2'), serviceUser);
    const next = await resultOf('v2');
    recorder.release();

    expect([await inFlight, next]).toEqual(['v1', 'v2']);
  });

  it('has no more environments than it may', async () => {
    start({ concurrency: 1 });
    addCode('v1', `${tell()} return 1;`);
    recorder.hold();
    const accepted = resultOf('v1');
    await recorder.until(1);

    const refused = await lambda.invoke(plugin('v1'), '{}', ids());
    recorder.release();

    expect(refused).toBeUndefined();
    expect(await accepted).toBe(1);
  });

  it('starts processes for a debugger with its arguments, without time limits', async () => {
    start({ debug: { nodeArguments: ['--no-deprecation'] } });
    addCode('v1', 'return [process.execArgv, context.getRemainingTimeInMillis() > 800_000];');

    const result = await resultOf('v1');

    expect(result).toEqual([['--no-deprecation'], true]);
  });

  it('ends all that it started when it is closed in the middle of events', async () => {
    start();
    addCode('v1', `${tell()} return 1;`);
    recorder.hold();
    const events = [resultOf('v1'), resultOf('v1')];
    await recorder.until(2);
    const begun = performance.now();

    await lambda.close();

    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(await Promise.all(events)).toEqual(Array(2).fill({ ok: false, payload: expect.any(String) }));
  });
});
