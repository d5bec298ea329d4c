import { parsePluginConfig } from '../../../emulator/settings/pluginConfig.ts';
import type { Json } from '../../builders/emulator.ts';

const minimal = (overrides: Json = {}): Json => ({
  name: 'example',
  displayName: 'Example',
  version: 1,
  ...overrides,
});
const API_ID = 'POST/organization/v1/users/patients';
const withInterception = (interception: Json): Json =>
  minimal({ subscriptions: { interceptions: [interception] } });

describe('parsePluginConfig', () => {
  it('returns the defaults of the platform for a ZIP', () => {
    const config = parsePluginConfig(minimal());

    expect(config).toMatchObject({
      name: 'example',
      displayName: 'Example',
      version: 1,
      handler: 'index.handler',
      timeout: 60,
      memorySize: 128,
      ephemeralStorage: 512,
      environmentVariables: {},
      subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
      enabledState: 'ENABLED',
      deploymentPackageType: 'ZIP',
    });
    expect(config).not.toHaveProperty('cronSchedule');
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

  it.each([
    ['name', ['a', 'a'.repeat(57), 'A-b_9']],
    ['displayName', ['a', 'a'.repeat(255)]],
    ['version', [1, 32_767]],
    ['timeout', [1, 900]],
    ['memorySize', [128, 10_240]],
    ['ephemeralStorage', [512, 10_240]],
    ['enabledState', ['ENABLED', 'DISABLED']],
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
    ['an empty variable', { environmentVariables: { A: '' } }],
    ['a variable that is no text', { environmentVariables: { A: 1 } }],
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
    const input = minimal({ environmentVariables: { A: 'a', BIOT_PUBLIC_KEY: 'b' } });

    expect(() => parsePluginConfig(input)).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'ENVIRONMENT_VARIABLES_CANNOT_START_WITH_RESERVED_PREFIX',
        details: { environmentVariable: 'BIOT_PUBLIC_KEY', reservedPrefix: 'BIOT_' },
      }),
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
