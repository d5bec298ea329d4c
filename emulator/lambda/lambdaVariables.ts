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
  const isImage = config.deploymentPackageType === 'IMAGE';
  const runtime = config.runtime ?? 'nodejs24.x';
  const own = Object.entries(config.environmentVariables).filter(([variable]) => !variable.startsWith('_'));
  return {
    ...XRAY_DEFAULTS,
    ...(!isImage && ZIP_DEFAULTS), // for an image, what it says itself stays
    ...Object.fromEntries(own),
    BIOT_APP_NAME: config.displayName,
    BIOT_BASE_URL: biotBaseUrl,
    BIOT_SERVICE_USER_ID: serviceUser.id,
    BIOT_SERVICE_USER_SECRET_KEY: serviceUser.secretKeys[0]?.secretKey ?? '',
    ...toReservedVariables(plugin),
    AWS_EXECUTION_ENV: isImage ? 'AWS_Lambda_Image' : `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    _HANDLER: isImage ? '' : (config.handler ?? 'index.handler'),
  };
}

/** What a ZIP's author may set otherwise. */
const ZIP_DEFAULTS = {
  LANG: 'en_US.UTF-8',
  LD_LIBRARY_PATH:
    '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
  NODE_PATH: '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  TZ: ':UTC',
};

const XRAY_ADDRESS = '169.254.100.1';
const XRAY_DEFAULTS = {
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: `${XRAY_ADDRESS}:2000`,
};

function toReservedVariables(plugin: Plugin): Record<string, string> {
  const name = functionNameOf(plugin);
  return {
    AWS_ACCESS_KEY_ID: 'ASIALOCALBIOT0000000',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plugin.config.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: toLogStreamName(new Date()),
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: '/var/task',
    _AWS_XRAY_DAEMON_ADDRESS: XRAY_ADDRESS,
    _AWS_XRAY_DAEMON_PORT: '2000',
  };
}

function toLogStreamName(now: Date): string {
  return `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
