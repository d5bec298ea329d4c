import { type Config, readConfig } from '../../src/runtime/config.ts';

export const SECRET_KEY = 'the-secret-key-of-the-service-user';

/** The environment of a deployed plugin. */
export const pluginEnvironment = (baseUrl: string): Record<string, string> => ({
  BIOT_BASE_URL: baseUrl,
  BIOT_APP_NAME: 'Example',
  BIOT_SERVICE_USER_ID: '22222222-3333-4444-8555-666666666666',
  BIOT_SERVICE_USER_SECRET_KEY: SECRET_KEY,
  BIOT_SERVICE_ENVIRONMENT: 'test',
});

export const pluginConfig = (baseUrl: string, overrides: Record<string, string> = {}): Config =>
  readConfig({ ...pluginEnvironment(baseUrl), ...overrides });
