export type Config = {
  /** Without a trailing slash; absent when not set. */
  baseUrl?: string;
  serviceUserId?: string;
  serviceUserSecretKey?: string;
  appName: string;
  /** Base64 SPKI or PEM. When set, no key is fetched from BioT. */
  publicKey?: string;
  shouldValidateJwt: boolean;
  environment: string;
  notificationScope: string;
  interceptionScope: string;
  logLevel: LogLevel;
  shouldWriteMetrics: boolean;
};

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

type Environment = Record<string, string | undefined>;

/**
 * The environment → Config. Never throws: what is missing is said when it is needed, so that a plugin which never
 * calls BioT needs no credentials. The platform refuses plugin-defined names that begin with `BIOT_`, so the
 * switches are also read as `PLUGIN_…`, which wins.
 */
export function readConfig(env: Environment): Config {
  const own = (name: string) => nonEmpty(env[`PLUGIN_${name}`]) ?? nonEmpty(env[`BIOT_${name}`]);
  const baseUrl = nonEmpty(env.BIOT_BASE_URL)?.replace(/\/+$/, '');
  const serviceUserId = nonEmpty(env.BIOT_SERVICE_USER_ID);
  const serviceUserSecretKey = nonEmpty(env.BIOT_SERVICE_USER_SECRET_KEY);
  const publicKey = own('PUBLIC_KEY');

  return {
    ...(baseUrl && { baseUrl }),
    ...(serviceUserId && { serviceUserId }),
    ...(serviceUserSecretKey && { serviceUserSecretKey }),
    ...(publicKey && { publicKey }),
    appName: nonEmpty(env.BIOT_APP_NAME) ?? 'plugin',
    shouldValidateJwt: own('SHOULD_VALIDATE_JWT')?.toLowerCase() !== 'false',
    environment: own('SERVICE_ENVIRONMENT') ?? 'Not specified',
    notificationScope: own('JWT_PERMISSION_NOTIFICATION') ?? 'ACTION_NOTIFICATION',
    interceptionScope: own('JWT_PERMISSION_INTERCEPTION') ?? 'PLUGIN_INTERCEPTOR',
    logLevel: toLogLevel(env.LOG_LEVEL),
    shouldWriteMetrics: own('METRICS')?.toLowerCase() !== 'false',
  };
}

const nonEmpty = (value: string | undefined): string | undefined => value?.trim() || undefined;

function toLogLevel(value: string | undefined): LogLevel {
  const level = value?.trim().toLowerCase();
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info';
}
