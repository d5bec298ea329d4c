import { readConfig } from '../../../src/runtime/config.ts';

const defaults = {
  appName: 'plugin',
  shouldValidateJwt: true,
  environment: 'Not specified',
  notificationScope: 'ACTION_NOTIFICATION',
  interceptionScope: 'PLUGIN_INTERCEPTOR',
  logLevel: 'info',
  shouldWriteMetrics: true,
};

describe('readConfig', () => {
  it('returns the defaults when nothing is set', () => {
    const config = readConfig({});

    expect(config).toEqual(defaults);
  });

  it('reads all that the platform sets', () => {
    const config = readConfig({
      BIOT_BASE_URL: 'https://api.example.com',
      BIOT_SERVICE_USER_ID: 'id',
      BIOT_SERVICE_USER_SECRET_KEY: 'secret',
      BIOT_APP_NAME: 'Name',
      BIOT_PUBLIC_KEY: 'key',
      BIOT_SHOULD_VALIDATE_JWT: 'false',
      BIOT_SERVICE_ENVIRONMENT: 'test',
      BIOT_JWT_PERMISSION_NOTIFICATION: 'ONE',
      BIOT_JWT_PERMISSION_INTERCEPTION: 'TWO',
      LOG_LEVEL: 'debug',
      BIOT_METRICS: 'false',
    });

    expect(config).toEqual({
      baseUrl: 'https://api.example.com',
      serviceUserId: 'id',
      serviceUserSecretKey: 'secret',
      appName: 'Name',
      publicKey: 'key',
      shouldValidateJwt: false,
      environment: 'test',
      notificationScope: 'ONE',
      interceptionScope: 'TWO',
      logLevel: 'debug',
      shouldWriteMetrics: false,
    });
  });

  it('takes the empty value of every variable for an absent one', () => {
    const config = readConfig({
      BIOT_BASE_URL: '',
      BIOT_SERVICE_USER_ID: ' ',
      BIOT_SERVICE_USER_SECRET_KEY: '',
      BIOT_APP_NAME: '',
      BIOT_PUBLIC_KEY: '',
      PLUGIN_PUBLIC_KEY: ' ',
      BIOT_SHOULD_VALIDATE_JWT: '',
      PLUGIN_SHOULD_VALIDATE_JWT: '',
      BIOT_SERVICE_ENVIRONMENT: '',
      BIOT_JWT_PERMISSION_NOTIFICATION: '',
      BIOT_JWT_PERMISSION_INTERCEPTION: '',
      LOG_LEVEL: '',
      BIOT_METRICS: '',
    });

    expect(config).toEqual(defaults);
  });

  it.each([
    'https://api.example.com',
    'https://api.example.com/',
    'https://api.example.com//',
    ' https://api.example.com/ ',
  ])('reads the base URL %j without a trailing slash', (url) => {
    const { baseUrl } = readConfig({ BIOT_BASE_URL: url });

    expect(baseUrl).toBe('https://api.example.com');
  });

  it.each([
    ['SHOULD_VALIDATE_JWT', { biot: 'true', plugin: 'false' }, { shouldValidateJwt: false }],
    ['SHOULD_VALIDATE_JWT', { biot: 'false', plugin: 'true' }, { shouldValidateJwt: true }],
    ['METRICS', { biot: 'true', plugin: ' False' }, { shouldWriteMetrics: false }],
    ['METRICS', { biot: 'false', plugin: 'on' }, { shouldWriteMetrics: true }],
    ['SERVICE_ENVIRONMENT', { biot: 'biot', plugin: 'plugin' }, { environment: 'plugin' }],
    ['JWT_PERMISSION_NOTIFICATION', { biot: 'BIOT', plugin: 'PLUGIN' }, { notificationScope: 'PLUGIN' }],
    ['JWT_PERMISSION_INTERCEPTION', { biot: 'BIOT', plugin: 'PLUGIN' }, { interceptionScope: 'PLUGIN' }],
    ['PUBLIC_KEY', { biot: 'biot', plugin: 'plugin' }, { publicKey: 'plugin' }],
  ])('lets PLUGIN_%s win over the BIOT_ one', (name, values, expected) => {
    const both = readConfig({ [`BIOT_${name}`]: values.biot, [`PLUGIN_${name}`]: values.plugin });
    const alone = readConfig({ [`PLUGIN_${name}`]: values.plugin });

    expect([both, alone]).toEqual([
      { ...defaults, ...expected },
      { ...defaults, ...expected },
    ]);
  });

  it.each(['BASE_URL', 'SERVICE_USER_ID', 'SERVICE_USER_SECRET_KEY', 'APP_NAME'])(
    'does not read PLUGIN_%s: that one is BioT’s to set',
    (name) => {
      const config = readConfig({ [`PLUGIN_${name}`]: 'value' });

      expect(config).toEqual(defaults);
    },
  );

  it.each([
    ['false', false],
    ['False', false],
    ['FALSE', false],
    [' false ', false],
    ['true', true],
    ['0', true],
    ['no', true],
    ['off', true],
    ['falsch', true],
  ])('validates tokens unless told "false": BIOT_SHOULD_VALIDATE_JWT=%j → %s', (value, expected) => {
    const { shouldValidateJwt } = readConfig({ BIOT_SHOULD_VALIDATE_JWT: value });

    expect(shouldValidateJwt).toBe(expected);
  });

  it.each([
    ['debug', 'debug'],
    ['info', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
    [' WARN ', 'warn'],
    ['silly', 'info'],
    ['constructor', 'info'],
  ])('reads LOG_LEVEL=%j as %s', (value, expected) => {
    const { logLevel } = readConfig({ LOG_LEVEL: value });

    expect(logLevel).toBe(expected);
  });
});
