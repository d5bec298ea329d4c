import { randomBytes } from 'node:crypto';
import type { Plugin, ServiceUser } from '../state.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

export const functionNameOf = ({ config }: Plugin): string => `Plugin-${config.name}`;

export const functionArnOf = (plugin: Plugin): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionNameOf(plugin)}`;

/**
 * The environment of a function: the author's variables (names with a leading underscore are dropped, as Lambda
 * does), BioT's own, and the names that Lambda reserves. `_HANDLER` is blank for an image, whatever its CMD is.
 */
export function toLambdaVariables(
  { plugin, serviceUser }: { plugin: Plugin; serviceUser: ServiceUser },
  { biotBaseUrl, runtimeApi }: { biotBaseUrl: string; runtimeApi: string },
): Record<string, string> {
  const { config } = plugin;
  const name = functionNameOf(plugin);
  const isImage = config.deploymentPackageType === 'IMAGE';
  const own = Object.entries(config.environmentVariables).filter(([variable]) => !variable.startsWith('_'));
  return {
    // For an image, what it says itself stays.
    ...(!isImage && { LANG: 'en_US.UTF-8', TZ: ':UTC' }),
    ...Object.fromEntries(own),
    BIOT_APP_NAME: config.displayName,
    BIOT_BASE_URL: biotBaseUrl,
    BIOT_SERVICE_USER_ID: serviceUser.id,
    BIOT_SERVICE_USER_SECRET_KEY: serviceUser.secretKeys[0]?.secretKey ?? '',
    AWS_ACCESS_KEY_ID: 'ASIALOCALBIOT0000000',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: isImage ? 'AWS_Lambda_Image' : 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: toLogStreamName(new Date()),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: '/var/task',
    _HANDLER: isImage ? '' : (config.handler ?? 'index.handler'),
  };
}

function toLogStreamName(now: Date): string {
  return `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
