import type { PluginConfig } from '../state.ts';
import { isCronSchedule } from './cronSchedule.ts';
import {
  type Input,
  invalid,
  optionalBoolean,
  optionalChoice,
  optionalList,
  optionalNumber,
  optionalObject,
  optionalText,
  requiredText,
} from './fields.ts';
import { replaceSubscriptions } from './pluginSubscriptions.ts';
import { refuseAsLambda, toVariables } from './variables.ts';

const PACKAGE_TYPES = ['ZIP', 'IMAGE'] as const;
const STATES = ['ENABLED', 'DISABLED'] as const;
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'] as const;
const VERSION = { min: 1, max: 32_767 };
const DISPLAY_NAME_LENGTH = 255;

// Assumed: a time limit of 60 s (BioT's text says 3, its schema 60), and that a ZIP need not name its runtime.
const DEFAULTS: Omit<PluginConfig, 'name' | 'displayName' | 'version' | 'deploymentPackageType'> = {
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  timeout: 60,
  memorySize: 128,
  ephemeralStorage: 512,
  environmentVariables: {},
  subscriptions: { interceptionOrder: 1, interceptions: [], notifications: [] },
  enabledState: 'ENABLED',
  analyticsDbAccess: false,
  cors: {
    allowOrigins: ['*'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: [],
  },
};

/** The `config` part of a create request, with the platform's defaults. @throws BiotError with the documented codes */
export function parsePluginConfig(input: Input): PluginConfig {
  const version = optionalNumber(input.version, 'version', VERSION);
  if (version === undefined) throw invalid('version', 'is mandatory');
  const deploymentPackageType = readPackageType(input) ?? 'ZIP';
  const isImage = deploymentPackageType === 'IMAGE';
  const base = {
    name: toName(input.name),
    displayName: requiredText(input.displayName, 'displayName', DISPLAY_NAME_LENGTH),
    version,
    ...DEFAULTS,
    ...(isImage && { runtime: null, handler: null }),
    deploymentPackageType,
  };
  return replaceFields(base, input);
}

/** What a plugin is after an update: fields that are absent stay. @throws BiotError with the documented codes */
export function patchPluginConfig(current: PluginConfig, input: Input): PluginConfig {
  const { name, deploymentPackageType } = current;
  if (input.name !== undefined && input.name !== name && input.name !== `Plugin-${name}`)
    throw invalid('name', `must stay ${name}`);
  if ((readPackageType(input) ?? deploymentPackageType) !== deploymentPackageType)
    throw invalid('deploymentPackageType', `must stay ${deploymentPackageType}`);
  return replaceFields(current, input);
}

const readPackageType = (input: Input) =>
  optionalChoice(input.deploymentPackageType, 'deploymentPackageType', PACKAGE_TYPES);

function replaceFields({ cronSchedule, ...base }: PluginConfig, input: Input): PluginConfig {
  const schedule = input.cronSchedule === undefined ? cronSchedule : toCronSchedule(input.cronSchedule);
  const config = {
    ...base,
    displayName: optionalText(input.displayName, 'displayName', DISPLAY_NAME_LENGTH) ?? base.displayName,
    version: optionalNumber(input.version, 'version', VERSION) ?? base.version,
    ...(base.deploymentPackageType === 'ZIP' && readZipFields(base, input)),
    ...readSizes(base, input),
    environmentVariables: readVariables(base, input),
    subscriptions: replaceSubscriptions(
      base.subscriptions,
      optionalObject(input.subscriptions, 'subscriptions') ?? {},
    ),
    enabledState: optionalChoice(input.enabledState, 'enabledState', STATES) ?? base.enabledState,
    ...(schedule !== undefined && { cronSchedule: schedule }),
    analyticsDbAccess:
      optionalBoolean(input.analyticsDbAccess, 'analyticsDbAccess') ?? base.analyticsDbAccess,
    cors: readCors(base.cors, optionalObject(input.cors, 'cors') ?? {}),
  };
  refuseAsLambda(config.environmentVariables, config.displayName);
  return config;
}

/** How BioT lets one clear a schedule is not published: null is assumed. */
function toCronSchedule(value: unknown): string | undefined {
  const schedule = optionalText(value, 'cronSchedule', 250);
  if (schedule === undefined || isCronSchedule(schedule)) return schedule;
  throw invalid(
    'cronSchedule',
    'must have the six fields of an EventBridge cron expression, like 0 6 * * ? *',
  );
}

function readZipFields(base: PluginConfig, input: Input): Pick<PluginConfig, 'runtime' | 'handler'> {
  const runtime = optionalText(input.runtime, 'runtime', 50) ?? base.runtime;
  refuseForeignRuntime(runtime ?? '');
  return { runtime, handler: optionalText(input.handler, 'handler', 1024) ?? base.handler };
}

/** BioT takes all of Lambda's runtimes; nothing here could run the others. @throws BiotError 400 */
export function refuseForeignRuntime(runtime: string): void {
  if (!/^nodejs\d+\.x$/.test(runtime))
    throw invalid(
      'runtime',
      `must be like nodejs24.x in the local BioT: other languages run in images only, not ${runtime}`,
    );
}

function readSizes(
  base: PluginConfig,
  input: Input,
): Pick<PluginConfig, 'timeout' | 'memorySize' | 'ephemeralStorage'> {
  const read = (field: 'timeout' | 'memorySize' | 'ephemeralStorage', min: number, max: number) =>
    optionalNumber(input[field], field, { min, max }) ?? base[field];
  return {
    timeout: read('timeout', 1, 900),
    memorySize: read('memorySize', 128, 10_240),
    ephemeralStorage: read('ephemeralStorage', 512, 10_240),
  };
}

function readVariables(base: PluginConfig, input: Input): Record<string, string> {
  const variables = optionalObject(input.environmentVariables, 'environmentVariables');
  return variables ? toVariables(variables) : base.environmentVariables;
}

function readCors(base: PluginConfig['cors'], input: Input): PluginConfig['cors'] {
  const list = (field: keyof PluginConfig['cors']) =>
    optionalList(input[field], `cors.${field}`)?.map((item) => requiredText(item, `cors.${field}`, 255)) ??
    base[field];
  const allowMethods = optionalList(input.allowMethods, 'cors.allowMethods')?.map((method) =>
    optionalChoice(method ?? '', 'cors.allowMethods', METHODS),
  );
  return {
    allowOrigins: list('allowOrigins'),
    allowMethods: (allowMethods as string[] | undefined) ?? base.allowMethods,
    allowHeaders: list('allowHeaders'),
    exposeHeaders: list('exposeHeaders'),
  };
}

function toName(name: unknown): string {
  if (typeof name === 'string' && /^[a-zA-Z0-9_-]{1,57}$/.test(name)) return name;
  throw invalid('name', 'must be 1 to 57 letters, digits, - or _');
}
