import { BiotError } from '../biotError.ts';
import type { PluginConfig, PluginInterception, PluginNotification } from '../state.ts';
import { isCronSchedule } from './cronSchedule.ts';

const MAX_VARIABLE_BYTES = 4096;
const OWN_AWS_NAMES = new Set([
  'AWS_LAMBDA_LOG_FORMAT',
  'AWS_LAMBDA_LOG_LEVEL',
  'AWS_XRAY_CONTEXT_MISSING',
  'AWS_XRAY_DAEMON_ADDRESS',
]);

type Input = Record<string, unknown>;

const badRequest = (code: string, message: string, details: Input = {}) =>
  new BiotError({ status: 400, code, message, details });

const invalid = (field: string, rule: string) =>
  badRequest('PLUGIN_REQUEST_VALIDATION_FAILED', `${field} ${rule}`, { field });

/**
 * The `config` part of a create request → PluginConfig with the platform's defaults. Numbers may come as text, as
 * BioT's own samples send them.
 * @throws BiotError 400 with the documented code; BioT publishes none for a plain wrong value, so that one is assumed
 */
export function parsePluginConfig(input: Input): PluginConfig {
  const type = oneOf(input, 'deploymentPackageType', ['ZIP', 'IMAGE'] as const);
  const isImage = type === 'IMAGE';
  const cronSchedule = toCronSchedule(input);
  return {
    name: toName(input.name),
    displayName: requiredText(input, 'displayName', 255),
    version: wholeNumber(input, 'version', { min: 1, max: 32_767 }),
    runtime: isImage ? null : (optionalText(input, 'runtime', 50) ?? 'nodejs24.x'),
    handler: isImage ? null : (optionalText(input, 'handler', 1024) ?? 'index.handler'),
    timeout: wholeNumber(input, 'timeout', { min: 1, max: 900, fallback: 60 }),
    memorySize: wholeNumber(input, 'memorySize', { min: 128, max: 10_240, fallback: 128 }),
    ephemeralStorage: wholeNumber(input, 'ephemeralStorage', { min: 512, max: 10_240, fallback: 512 }),
    environmentVariables: toVariables(input.environmentVariables),
    subscriptions: toSubscriptions(input.subscriptions),
    enabledState: oneOf(input, 'enabledState', ['ENABLED', 'DISABLED'] as const),
    ...(cronSchedule !== undefined && { cronSchedule }),
    deploymentPackageType: type,
    analyticsDbAccess: input.analyticsDbAccess === true || input.analyticsDbAccess === 'true',
    cors: toCors(input.cors),
  };
}

function toCronSchedule(input: Input): string | undefined {
  const schedule = optionalText(input, 'cronSchedule', 250);
  if (schedule === undefined || isCronSchedule(schedule)) return schedule;
  throw invalid(
    'cronSchedule',
    'must have the six fields of an EventBridge cron expression, like 0 6 * * ? *',
  );
}

function toCors(value: unknown): PluginConfig['cors'] {
  const cors = (value ?? {}) as Input;
  const list = (field: string, fallback: string[]) =>
    cors[field] === undefined ? fallback : toList(cors[field], `cors.${field}`).map(String);
  return {
    allowOrigins: list('allowOrigins', ['*']),
    allowMethods: list('allowMethods', ['GET', 'POST']),
    allowHeaders: list('allowHeaders', ['authorization', 'content-type']),
    exposeHeaders: list('exposeHeaders', []),
  };
}

function toName(name: unknown): string {
  if (typeof name === 'string' && /^[a-zA-Z0-9_-]{1,57}$/.test(name)) return name;
  throw invalid('name', 'must be 1 to 57 letters, digits, - or _');
}

function requiredText(input: Input, field: string, max: number): string {
  const text = optionalText(input, field, max);
  if (text === undefined) throw invalid(field, 'is mandatory');
  return text;
}

function optionalText(input: Input, field: string, max: number): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length <= max) return value;
  throw invalid(field, `must be text of at most ${max} characters`);
}

function wholeNumber(
  input: Input,
  field: string,
  range: { min: number; max: number; fallback?: number },
): number {
  const value = input[field] ?? range.fallback;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const { min, max } = range;
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return number;
  throw invalid(field, `must be a whole number from ${min} to ${max}`);
}

/** The first of the choices is the default. */
function oneOf<const Choice extends string>(input: Input, field: string, choices: readonly Choice[]): Choice {
  const value = input[field] ?? choices[0];
  const found = choices.find((choice) => choice === value);
  if (!found) throw invalid(field, `must be one of ${choices.join(', ')}`);
  return found;
}

function toVariables(value: unknown): Record<string, string> {
  const entries = Object.entries(value ?? {});
  for (const [name, text] of entries) checkVariable(name, text);
  const bytes = entries.reduce((sum, [name, text]) => sum + Buffer.byteLength(name + text), 0);
  if (bytes <= MAX_VARIABLE_BYTES) return Object.fromEntries(entries) as Record<string, string>;
  throw invalid('environmentVariables', `must be at most ${MAX_VARIABLE_BYTES} bytes in all`);
}

/** @throws BiotError for BioT's own prefix, and for what Lambda refuses */
function checkVariable(name: string, text: unknown): void {
  if (name.startsWith('BIOT_')) {
    throw badRequest(
      'ENVIRONMENT_VARIABLES_CANNOT_START_WITH_RESERVED_PREFIX',
      `Environment variable ${name} begins with the reserved prefix BIOT_`,
      { environmentVariable: name, reservedPrefix: 'BIOT_' },
    );
  }
  const isReserved = name.startsWith('AWS_') && !OWN_AWS_NAMES.has(name);
  if (isReserved || !/^[a-zA-Z_]\w*$/.test(name)) {
    throw invalid(`environmentVariables.${name}`, 'is no name for a variable');
  }
  if (typeof text !== 'string' || text === '' || text.includes('\0')) {
    throw invalid(`environmentVariables.${name}`, 'must be non-empty text');
  }
}

function toSubscriptions(value: unknown): PluginConfig['subscriptions'] {
  const { interceptionOrder, interceptions, notifications } = (value ?? {}) as Input;
  return {
    interceptionOrder: wholeNumber({ interceptionOrder }, 'interceptionOrder', {
      min: 1,
      max: 32_767,
      fallback: 1,
    }),
    interceptions: toList(interceptions, 'subscriptions.interceptions').map(toInterception),
    notifications: toList(notifications, 'subscriptions.notifications').map(toNotification),
  };
}

function toList(value: unknown, field: string): Input[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as Input[];
  throw invalid(field, 'must be a list');
}

function toInterception(input: Input): PluginInterception {
  const { type, apiId } = input;
  if (type !== 'PRE_REQUEST' && type !== 'POST_REQUEST' && type !== 'ADAPT_ENTITY') {
    throw invalid('subscriptions.interceptions.type', 'must be PRE_REQUEST, POST_REQUEST or ADAPT_ENTITY');
  }
  const isAdapt = type === 'ADAPT_ENTITY';
  if (isAdapt === (typeof apiId === 'string')) throw wrongApiId(input, isAdapt);
  const order = input.order === undefined ? undefined : wholeNumber(input, 'order', { min: 1, max: 32_767 });
  return {
    type,
    ...(typeof apiId === 'string' && { apiId }),
    ...(isAdapt && { entityTypeName: requiredText(input, 'entityTypeName', 255) }),
    ...(order !== undefined && { order }),
  };
}

function wrongApiId({ type, apiId }: Input, isAdapt: boolean): BiotError {
  return badRequest(
    'INTERCEPTION_MUST_HAVE_CORRECT_API_ID_NULL_VALUE_FOR_TYPE',
    `apiId must be ${isAdapt ? 'null' : 'set'} for ${type}`,
    { type, correctValue: isAdapt ? 'null' : 'not null', apiId: apiId ?? null },
  );
}

function toNotification(input: Input): PluginNotification {
  const templateName = optionalText(input, 'templateName', 255);
  return {
    entityTypeName: requiredText(input, 'entityTypeName', 255),
    actionName: requiredText(input, 'actionName', 255),
    ...(templateName && { templateName }),
  };
}
