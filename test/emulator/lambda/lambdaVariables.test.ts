import { toLambdaVariables } from '../../../emulator/lambda/lambdaVariables.ts';
import type { Plugin, PluginConfig, ServiceUser } from '../../../emulator/state.ts';
import { type Json, startTestEmulator, type TestEmulator, UUID } from '../../builders/emulator.ts';

const LOG_STREAM = expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);

const plugin = (overrides: Partial<PluginConfig> = {}): Plugin => ({
  config: {
    name: 'example',
    displayName: 'The Example',
    version: 1,
    runtime: 'nodejs24.x',
    handler: 'lib/app.run',
    timeout: 60,
    memorySize: 256,
    ephemeralStorage: 512,
    environmentVariables: {},
    subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
    enabledState: 'ENABLED',
    deploymentPackageType: 'ZIP',
    analyticsDbAccess: false,
    cors: { allowOrigins: ['*'], allowMethods: ['GET'], allowHeaders: [], exposeHeaders: [] },
    ...overrides,
  },
  code: { kind: 'ZIP', digest: `sha256:${'0'.repeat(64)}` },
  serviceUserId: 'service-user-1',
  urlId: 'a'.repeat(32),
  creationTime: '2026-01-01T00:00:00.000Z',
  lastModifiedTime: '2026-01-01T00:00:00.000Z',
});

const serviceUser: ServiceUser = {
  id: 'service-user-1',
  name: 'Plugin-example',
  type: 'INTERNAL_SERVICE',
  secretKeys: [{ id: 'key-1', creationTime: '2026-01-01T00:00:00.000Z', secretKey: 'secret-1' }],
};

const variables = (overrides?: Partial<PluginConfig>) =>
  toLambdaVariables(
    { plugin: plugin(overrides), serviceUser },
    { biotBaseUrl: 'http://127.0.0.1:4700', runtimeApi: '127.0.0.1:9001' },
  );

const shared = {
  BIOT_APP_NAME: 'The Example',
  BIOT_BASE_URL: 'http://127.0.0.1:4700',
  BIOT_SERVICE_USER_ID: 'service-user-1',
  BIOT_SERVICE_USER_SECRET_KEY: 'secret-1',
  AWS_ACCESS_KEY_ID: expect.any(String),
  AWS_SECRET_ACCESS_KEY: expect.any(String),
  AWS_SESSION_TOKEN: expect.any(String),
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: 'Plugin-example',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Plugin-example',
  AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  LAMBDA_TASK_ROOT: '/var/task',
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
  _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
  _AWS_XRAY_DAEMON_PORT: '2000',
};

/** What a ZIP has and an image says itself. */
const ofZip = {
  LANG: 'en_US.UTF-8',
  LD_LIBRARY_PATH: expect.stringContaining('/var/task/lib'),
  NODE_PATH: expect.stringContaining('/opt/nodejs/node_modules'),
  PATH: expect.stringContaining('/usr/bin'),
  TZ: ':UTC',
};

describe('toLambdaVariables', () => {
  it('gives an image a blank _HANDLER, and nothing that its own ENV says', () => {
    const env = variables({ deploymentPackageType: 'IMAGE', runtime: null, handler: null });

    expect(env).toEqual({ ...shared, AWS_EXECUTION_ENV: 'AWS_Lambda_Image', _HANDLER: '' });
  });

  it('gives a ZIP its handler, the name of its runtime, and Lambda’s time zone, language and paths', () => {
    const env = variables({ runtime: 'nodejs22.x' });

    expect(env).toEqual({
      ...shared,
      ...ofZip,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      _HANDLER: 'lib/app.run',
    });
  });

  it("lets the author's variables win over those that are not reserved", () => {
    const own = { TZ: 'Europe/Berlin', PATH: '/opt/own', AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR' };

    const env = variables({ environmentVariables: own });

    expect(env).toMatchObject(own);
  });

  it("lets the author's variables win over none of the reserved ones", () => {
    const own = {
      COLOUR: 'blue',
      AWS_REGION: 'eu-central-1',
      LAMBDA_TASK_ROOT: '/x',
      _HANDLER: 'x.y',
      _OWN: '1',
    };

    const env = variables({ environmentVariables: own });

    expect(env).toMatchObject({ ...shared, COLOUR: 'blue', _HANDLER: 'lib/app.run' });
    expect(env).not.toHaveProperty('_OWN');
  });
});

describe('the environment of a running function', () => {
  let biot: TestEmulator;

  beforeAll(async () => {
    biot = await startTestEmulator();
  });

  afterAll(() => biot.close());

  it('holds those variables and nothing of this machine', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'example',
      code: 'exports.handler = async () => ({ env: process.env, cwd: process.cwd() });',
      config: { displayName: 'The Example', memorySize: 256, environmentVariables: { COLOUR: 'blue' } },
    });

    const { env, cwd } = (await (await fetch(endpointUrl)).json()) as { env: Json; cwd: string };

    const { TMPDIR, _X_AMZN_TRACE_ID, ...rest } = env; // the one that Lambda does not have, and the event's
    expect(TMPDIR).toEqual(expect.any(String));
    expect(_X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/);
    expect(rest).toEqual({
      ...shared,
      ...ofZip,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      BIOT_BASE_URL: biot.baseUrl,
      BIOT_SERVICE_USER_ID: UUID,
      BIOT_SERVICE_USER_SECRET_KEY: expect.stringMatching(/^[\w-]{20,}$/),
      COLOUR: 'blue',
      LAMBDA_TASK_ROOT: cwd,
      _HANDLER: 'index.handler',
    });
  });
});
