import { parsePluginConfig, patchPluginConfig } from '../../../emulator/settings/pluginConfig.ts';
import type { Json } from '../../builders/emulator.ts';

const minimal = (overrides: Json = {}): Json => ({
  name: 'example',
  displayName: 'Example',
  version: 1,
  ...overrides,
});
const API_ID = 'POST/organization/v1/users/patients';
const OPTIONAL = [
  ...['runtime', 'handler', 'timeout', 'memorySize', 'ephemeralStorage', 'environmentVariables'],
  ...['subscriptions', 'enabledState', 'cronSchedule', 'deploymentPackageType', 'imageTag'],
  ...['analyticsDbAccess', 'cors'],
];
const withInterception = (interception: Json): Json =>
  minimal({ subscriptions: { interceptions: [interception] } });

describe('parsePluginConfig', () => {
  it('returns the defaults of the platform for a ZIP', () => {
    const config = parsePluginConfig(minimal());

    expect(config).toEqual({
      name: 'example',
      displayName: 'Example',
      version: 1,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeout: 60,
      memorySize: 128,
      ephemeralStorage: 512,
      environmentVariables: {},
      subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
      enabledState: 'ENABLED',
      deploymentPackageType: 'ZIP',
      analyticsDbAccess: false,
      cors: {
        allowOrigins: ['*'],
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['authorization', 'content-type'],
        exposeHeaders: [],
      },
    });
  });

  it('returns null for runtime and handler of an image, whatever was sent', () => {
    const config = parsePluginConfig(
      minimal({ deploymentPackageType: 'IMAGE', runtime: 'nodejs24.x', handler: 'a.b', imageTag: '1' }),
    );

    expect(config).toMatchObject({ deploymentPackageType: 'IMAGE', runtime: null, handler: null });
    expect(config).not.toHaveProperty('imageTag');
  });

  it('takes numbers that come as text', () => {
    const config = parsePluginConfig(
      minimal({
        version: '2',
        timeout: '30',
        memorySize: '256',
        ephemeralStorage: '1024',
        subscriptions: {
          interceptionOrder: '2',
          interceptions: [{ type: 'PRE_REQUEST', apiId: API_ID, order: '5' }],
        },
      }),
    );

    expect(config).toMatchObject({
      version: 2,
      timeout: 30,
      memorySize: 256,
      ephemeralStorage: 1024,
      subscriptions: {
        interceptionOrder: 2,
        interceptions: [{ type: 'PRE_REQUEST', apiId: API_ID, order: 5 }],
        notifications: [],
      },
    });
  });

  it('takes null for what is absent', () => {
    const nulls = Object.fromEntries(OPTIONAL.map((field) => [field, null]));

    const config = parsePluginConfig(minimal(nulls));

    expect(config).toEqual(parsePluginConfig(minimal()));
  });

  it('takes true and false as text', () => {
    const config = parsePluginConfig(minimal({ analyticsDbAccess: 'true' }));

    expect(config.analyticsDbAccess).toBe(true);
  });

  it('takes each list of CORS by itself', () => {
    const config = parsePluginConfig(
      minimal({ cors: { allowMethods: ['PATCH', 'HEAD'], allowOrigins: [] } }),
    );

    expect(config.cors).toEqual({
      allowOrigins: [],
      allowMethods: ['PATCH', 'HEAD'],
      allowHeaders: ['authorization', 'content-type'],
      exposeHeaders: [],
    });
  });

  it.each([
    ['name', ['a', 'a'.repeat(57), 'A-b_9']],
    ['displayName', ['', 'a', 'a'.repeat(255)]],
    ['version', [1, 32_767]],
    ['timeout', [1, 900]],
    ['memorySize', [128, 10_240]],
    ['ephemeralStorage', [512, 10_240]],
    ['handler', ['', 'a'.repeat(1024)]],
    ['runtime', ['nodejs20.x', 'nodejs24.x']],
    ['enabledState', ['ENABLED', 'DISABLED']],
    ['analyticsDbAccess', [true, false]],
  ] as [string, unknown[]][])('takes %s at its limits', (field, values) => {
    const taken = values.map((value) => parsePluginConfig(minimal({ [field]: value })));

    expect(taken.map((config) => config[field as 'name'])).toEqual(values);
  });

  it.each<[string, Json]>([
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name of 58 characters', { name: 'a'.repeat(58) }],
    ['a name with a dot', { name: 'a.b' }],
    ['a name with a line feed at its end', { name: 'a\n' }],
    ['no display name', { displayName: undefined }],
    ['a display name of 256 characters', { displayName: 'a'.repeat(256) }],
    ['no version', { version: undefined }],
    ['version 0', { version: 0 }],
    ['version 32768', { version: 32_768 }],
    ['version 1.5', { version: 1.5 }],
    ['an empty version', { version: '' }],
    ['a version that is no number', { version: 'two' }],
    ['timeout 0', { timeout: 0 }],
    ['timeout 901', { timeout: 901 }],
    ['127 MB of memory', { memorySize: 127 }],
    ['10241 MB of memory', { memorySize: 10_241 }],
    ['511 MB of storage', { ephemeralStorage: 511 }],
    ['10241 MB of storage', { ephemeralStorage: 10_241 }],
    ['a handler of 1025 characters', { handler: 'a'.repeat(1025) }],
    ['a runtime of 51 characters', { runtime: 'a'.repeat(51) }],
    ['an unknown state', { enabledState: 'ON' }],
    ['an unknown package type', { deploymentPackageType: 'TAR' }],
    ['a runtime that nothing here can run', { runtime: 'python3.14' }],
    ['an access that is neither true nor false', { analyticsDbAccess: 'yes' }],
    ['version 1e1 as text', { version: '1e1' }],
    ['an empty variable', { environmentVariables: { AB: '' } }],
    ['a variable that is null', { environmentVariables: { AB: null } }],
    ['a variable that is no text', { environmentVariables: { AB: 1 } }],
    ['a variable without a name', { environmentVariables: { '': 'a' } }],
    ['variables that are a list', { environmentVariables: ['a'] }],
    ['variables that are text', { environmentVariables: 'AB=a' }],
    ['CORS that is a list', { cors: [] }],
    ['an unknown method of CORS', { cors: { allowMethods: ['OPTIONS'] } }],
    ['null as a method of CORS', { cors: { allowMethods: [null] } }],
    ['an origin that is no text', { cors: { allowOrigins: [1] } }],
    ['subscriptions that are a list', { subscriptions: [] }],
    ['an interception that is null', { subscriptions: { interceptions: [null] } }],
    ['an order that is no number', { subscriptions: { interceptionOrder: 'first' } }],
    ['an API that is no text', { subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: 1 }] } }],
    ['interceptionOrder 0', { subscriptions: { interceptionOrder: 0 } }],
    ['interceptions that are no list', { subscriptions: { interceptions: {} } }],
    ['an unknown type of interception', { subscriptions: { interceptions: [{ type: 'PRE', apiId: 'a' }] } }],
    ['ADAPT_ENTITY of no entity', { subscriptions: { interceptions: [{ type: 'ADAPT_ENTITY' }] } }],
    ['a notification of no action', { subscriptions: { notifications: [{ entityTypeName: 'patient' }] } }],
    ['a notification of no entity', { subscriptions: { notifications: [{ actionName: '_create' }] } }],
    ['a schedule of 251 characters', { cronSchedule: `0 10 ? * ${'MON,'.repeat(60)}MON *` }],
  ])('refuses %s with 400', (_name, field) => {
    expect(() => parsePluginConfig(minimal(field))).toThrow(
      expect.objectContaining({ name: 'BiotError', status: 400 }),
    );
  });

  it('refuses a variable with the reserved prefix, by its documented code', () => {
    const input = minimal({ environmentVariables: { AB: 'a', BIOT_PUBLIC_KEY: 'b' } });

    expect(() => parsePluginConfig(input)).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'ENVIRONMENT_VARIABLES_CANNOT_START_WITH_RESERVED_PREFIX',
        details: { environmentVariable: 'BIOT_PUBLIC_KEY', reservedPrefix: 'BIOT_' },
      }),
    );
  });

  it.each<[string, Json]>([
    ['a name that is Lambda’s', { AWS_EXECUTION_ENV: 'local' }],
    ['the task root', { LAMBDA_TASK_ROOT: '/tmp' }],
    ['a name of one letter', { A: 'a' }],
    ['a name that begins with _', { _A: 'a' }],
    ['a name with a hyphen', { 'A-B': 'a' }],
    ['a zero character', { AB: 'a\0b' }],
    ['more than 4 KB with what BioT adds', { AB: 'a'.repeat(3900) }],
  ])('refuses variables with %s as Lambda would', (_name, environmentVariables) => {
    expect(() => parsePluginConfig(minimal({ environmentVariables }))).toThrow(
      expect.objectContaining({
        status: 500,
        code: 'AWS_EXCEPTION',
        details: { className: 'InvalidParameterValueException' },
      }),
    );
  });

  it.each<[string, Json]>([
    ['another name that begins with AWS_', { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' }],
    ['almost 4 KB', { AB: 'a'.repeat(3700) }],
  ])('takes variables with %s', (_name, environmentVariables) => {
    const config = parsePluginConfig(minimal({ environmentVariables }));

    expect(config.environmentVariables).toEqual(environmentVariables);
  });

  it.each<[string, Json]>([
    ['of all interceptions', { interceptionOrder: 2_147_483_647 }],
    ['of one', { interceptions: [{ type: 'PRE_REQUEST', apiId: API_ID, order: 2_147_483_647 }] }],
  ])('refuses the reserved order %s, by its documented code', (_name, subscriptions) => {
    expect(() => parsePluginConfig(minimal({ subscriptions }))).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'INTERCEPTION_ORDER_CANNOT_BE_RESERVED_ORDER',
        details: { order: 2_147_483_647, reservedOrder: 2_147_483_647 },
      }),
    );
  });

  it.each<[string, Json, Json]>([
    [
      'API',
      { type: 'PRE_REQUEST', apiId: 'POST/device/v1/devices' },
      { value: 'POST/device/v1/devices', fieldName: 'apiId' },
    ],
    [
      'entity',
      { type: 'ADAPT_ENTITY', entityTypeName: 'registration-code' },
      { value: 'registration-code', fieldName: 'entityTypeName' },
    ],
  ])('refuses an unknown %s with 404, by its documented code', (_name, interception, details) => {
    expect(() => parsePluginConfig(withInterception(interception))).toThrow(
      expect.objectContaining({ status: 404, code: 'INTERCEPTION_CONFIGURATION_NOT_FOUND', details }),
    );
  });

  it('takes an API with a concrete value in its path, as it is written', () => {
    const interception = { type: 'PRE_REQUEST', apiId: 'POST/device/v2/devices/templates/DeviceType1' };

    const config = parsePluginConfig(withInterception(interception));

    expect(config.subscriptions.interceptions).toEqual([interception]);
  });

  it.each<[string, Json, Json]>([
    [
      'INVALID_ENTITY_TYPE_NAME',
      { entityTypeName: 'patients', actionName: '_create' },
      { invalidEntityType: 'patients', validEntityTypes: expect.arrayContaining(['patient']) },
    ],
    [
      'INVALID_ACTION_NAME',
      { entityTypeName: 'patient', actionName: 'create' },
      { invalidActionName: 'create', validActionNames: expect.arrayContaining(['_create']) },
    ],
  ])('refuses a notification with %s', (code, notification, details) => {
    expect(() => parsePluginConfig(minimal({ subscriptions: { notifications: [notification] } }))).toThrow(
      expect.objectContaining({ status: 400, code, details }),
    );
  });

  it.each<[string, Json, Json]>([
    ['PRE_REQUEST without an API', { type: 'PRE_REQUEST' }, { apiId: null }],
    ['POST_REQUEST without an API', { type: 'POST_REQUEST', apiId: null }, { apiId: null }],
    [
      'ADAPT_ENTITY with one',
      { type: 'ADAPT_ENTITY', entityTypeName: 'p', apiId: API_ID },
      { apiId: API_ID },
    ],
  ])('refuses %s, by its documented code', (_name, interception, details) => {
    expect(() => parsePluginConfig(withInterception(interception))).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'INTERCEPTION_MUST_HAVE_CORRECT_API_ID_NULL_VALUE_FOR_TYPE',
        details: { type: interception.type, correctValue: expect.any(String), ...details },
      }),
    );
  });

  it.each([
    '45 1/12 1-5 JAN,OCT ? *',
    '* * * * ? *',
    '0/5 * * * ? *',
    '*/5 * * * ? *',
    '0 10 ? * MON-FRI *',
    '0 10 ? * 6#3 *',
    '0 10 ? * 6L *',
    '0 10 LW * ? *',
    '0 12 15W * ? *',
    '0  10 * *  ? *',
  ])('takes the schedule %j', (cronSchedule) => {
    const config = parsePluginConfig(minimal({ cronSchedule }));

    expect(config.cronSchedule).toBe(cronSchedule);
  });

  it.each([
    'cron(0 10 * * ? *)',
    'rate(5 minutes)',
    '0 10 * * ?',
    '0 12 * * * *',
    '0 12 ? * ? *',
    '0 10 ? * sun *',
    '0 10 1 jan ? *',
    '0 10 ? * 0 *',
    '0 10 ? * 8 *',
    '60 10 * * ? *',
    '0\t10 * * ? *',
    ' 0 10 * * ? *',
    '0 10 * * ? * ',
    '',
  ])('refuses the schedule %j with 400', (cronSchedule) => {
    expect(() => parsePluginConfig(minimal({ cronSchedule }))).toThrow(
      expect.objectContaining({ name: 'BiotError', status: 400 }),
    );
  });
});

describe('patchPluginConfig', () => {
  const current = parsePluginConfig(
    minimal({
      version: 3,
      handler: 'a.b',
      timeout: 30,
      memorySize: 256,
      environmentVariables: { COLOUR: 'blue', SIZE: 'small' },
      subscriptions: {
        interceptionOrder: 4,
        interceptions: [{ type: 'PRE_REQUEST', apiId: API_ID }],
        notifications: [{ entityTypeName: 'patient', actionName: '_create' }],
      },
      enabledState: 'DISABLED',
      cronSchedule: '0 6 * * ? *',
      analyticsDbAccess: true,
      cors: { allowOrigins: ['https://a.example'], exposeHeaders: ['x-a'] },
    }),
  );

  it.each<[string, Json]>([
    ['nothing is sent', {}],
    ['all is null', Object.fromEntries(OPTIONAL.filter((f) => f !== 'cronSchedule').map((f) => [f, null]))],
    ['subscriptions and CORS are empty', { subscriptions: {}, cors: {} }],
    ['its name and type are sent', { name: 'Plugin-example', deploymentPackageType: 'ZIP' }],
  ])('keeps all when %s', (_name, input) => {
    const config = patchPluginConfig(current, input);

    expect(config).toEqual(current);
  });

  it.each<[string, Json, Json]>([
    ['variables as a whole', { environmentVariables: { COLOUR: 'red' } }, {}],
    ['variables by none', { environmentVariables: {} }, {}],
    ['a number that comes as text', { timeout: '31' }, { timeout: 31 }],
    [
      'one list of subscriptions',
      { subscriptions: { interceptions: [] } },
      { subscriptions: { ...current.subscriptions, interceptions: [] } },
    ],
    [
      'the order of subscriptions',
      { subscriptions: { interceptionOrder: 5 } },
      { subscriptions: { ...current.subscriptions, interceptionOrder: 5 } },
    ],
    ['one list of CORS', { cors: { allowOrigins: [] } }, { cors: { ...current.cors, allowOrigins: [] } }],
    ['the state', { enabledState: 'ENABLED' }, {}],
    ['the schedule', { cronSchedule: '0 7 * * ? *' }, {}],
  ])('replaces %s', (_name, input, changed) => {
    const config = patchPluginConfig(current, input);

    expect(config).toEqual({ ...current, ...input, ...changed });
  });

  it('clears the schedule by null', () => {
    const { cronSchedule, ...others } = current;

    const config = patchPluginConfig(current, { cronSchedule: null });

    expect([cronSchedule, config]).toEqual(['0 6 * * ? *', others]);
  });

  it('keeps runtime and handler of an image null', () => {
    const image = parsePluginConfig(minimal({ deploymentPackageType: 'IMAGE' }));

    const config = patchPluginConfig(image, { runtime: 'python3.14', handler: 'c.d' });

    expect(config).toEqual(image);
  });

  it.each<[string, Json]>([
    ['another name', { name: 'other' }],
    ['another package type', { deploymentPackageType: 'IMAGE' }],
    ['a number out of its range', { timeout: 901 }],
    ['an empty schedule', { cronSchedule: '' }],
  ])('refuses %s with PLUGIN_REQUEST_VALIDATION_FAILED', (_name, input) => {
    expect(() => patchPluginConfig(current, input)).toThrow(
      expect.objectContaining({ status: 400, code: 'PLUGIN_REQUEST_VALIDATION_FAILED', details: {} }),
    );
  });
});
