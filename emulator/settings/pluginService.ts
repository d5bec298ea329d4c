import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { Plugin, PluginCode, PluginConfig, ServiceUser, State, Subscription } from '../state.ts';
import { putSubscription } from '../subscriptions.ts';
import type { PluginParts } from './multipart.ts';
import { parsePluginConfig } from './pluginConfig.ts';

export type PluginServiceOptions = {
  state: Pick<State, 'plugins' | 'serviceUsers' | 'subscriptions' | 'zips' | 'transaction'>;
  clock: Clock;
  /** The image's digest; undefined when the registry has no such tag. */
  resolveImage(tag: string): Promise<string | undefined>;
  deploy(plugin: Plugin, serviceUser: ServiceUser): Promise<void>;
  remove(plugin: Plugin): Promise<void>;
  endpointUrlOf(plugin: Plugin): string;
};

/** A plugin as BioT's API returns it: with its addresses and dates, without its image tag. */
export type PluginResponse = PluginConfig & {
  endpointUrl: string;
  linkToConsole: string;
  creationTime: string;
  lastModifiedTime: string;
};

const refuse = (status: number, code: string, details: Record<string, unknown> = {}) =>
  new BiotError({ status, code, message: MESSAGES[code] ?? 'The request is refused', details });

const MESSAGES: Record<string, string> = {
  PLUGIN_EXISTS_BY_NAME: 'A plugin of this name exists',
  PLUGIN_IMAGE_TAG_NOT_FOUND: 'The repository has no image with this tag',
  PLUGIN_NOT_FOUND: 'There is no plugin of this name',
  PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE: 'A plugin of type IMAGE takes no code part',
};

/** Service user, code, function URL and subscriptions in one go; what was made is undone when a later step fails. */
export async function createPlugin(
  options: PluginServiceOptions,
  parts: PluginParts,
): Promise<PluginResponse> {
  const { state } = options;
  const config = parsePluginConfig(parts.config);
  refuseTakenName(state, config);
  const code = await toCode(options, config, parts);
  refuseTakenName(state, config); // again: another request may have been faster while the registry was asked
  const serviceUser = newServiceUser(config, options.clock.now());
  const plugin = toPlugin(config, { code, serviceUserId: serviceUser.id }, options.clock.now());
  try {
    await options.deploy(plugin, serviceUser);
  } catch (cause) {
    const details = { className: 'LambdaException' };
    const message = 'The code could not be deployed';
    throw new BiotError({ status: 500, code: 'AWS_EXCEPTION', message, details }, { cause });
  }
  state.transaction(() => {
    state.serviceUsers.set(serviceUser.id, serviceUser);
    state.plugins.set(config.name, plugin);
    subscribe(options, plugin);
  });
  return toResponse(plugin, options);
}

function subscribe(options: PluginServiceOptions, plugin: Plugin): void {
  if (plugin.config.enabledState !== 'ENABLED') return;
  for (const subscription of toSubscriptions(plugin, options.endpointUrlOf(plugin)))
    putSubscription(options.state, subscription);
}

function refuseTakenName({ plugins }: Pick<State, 'plugins'>, { name }: PluginConfig): void {
  if (plugins.has(name)) throw refuse(409, 'PLUGIN_EXISTS_BY_NAME', { pluginName: name });
}

/** With or without the prefix `Plugin-`. @throws BiotError 404 PLUGIN_NOT_FOUND */
export function findPlugin({ state }: Pick<PluginServiceOptions, 'state'>, name: string): Plugin {
  const plugin = state.plugins.get(name) ?? state.plugins.get(name.replace(/^Plugin-/, ''));
  if (!plugin) throw refuse(404, 'PLUGIN_NOT_FOUND', { pluginName: name });
  return plugin;
}

export async function deletePlugin(options: PluginServiceOptions, name: string): Promise<void> {
  const plugin = findPlugin(options, name);
  forget(options.state, plugin);
  await options.remove(plugin);
}

export function toResponse(
  plugin: Plugin,
  { endpointUrlOf }: Pick<PluginServiceOptions, 'endpointUrlOf'>,
): PluginResponse {
  const endpointUrl = endpointUrlOf(plugin);
  const { creationTime, lastModifiedTime } = plugin;
  return { ...plugin.config, endpointUrl, linkToConsole: endpointUrl, creationTime, lastModifiedTime };
}

async function toCode(
  options: PluginServiceOptions,
  config: PluginConfig,
  parts: PluginParts,
): Promise<PluginCode> {
  if (config.deploymentPackageType === 'ZIP') {
    if (parts.code) return storeZip(options.state, parts.code);
    throw noSeed('a part code');
  }
  if (parts.code) throw refuse(400, 'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE');
  const { imageTag } = parts.config;
  if (typeof imageTag !== 'string') throw noSeed('an imageTag');
  const digest = await options.resolveImage(imageTag);
  if (!digest) throw refuse(404, 'PLUGIN_IMAGE_TAG_NOT_FOUND');
  return { kind: 'IMAGE', digest };
}

function storeZip({ zips }: Pick<State, 'zips'>, zip: Buffer): PluginCode {
  const digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`;
  if (!zips.has(digest)) zips.set(digest, zip);
  return { kind: 'ZIP', digest };
}

const noSeed = (what: string) =>
  new BiotError({
    status: 400,
    code: 'PLUGIN_REQUEST_VALIDATION_FAILED',
    message: `The local BioT has no seed code to fall back on: send ${what}`,
  });

function newServiceUser({ name }: PluginConfig, now: Date): ServiceUser {
  const secretKey = randomBytes(24).toString('base64url');
  return {
    id: randomUUID(),
    name: `Plugin-${name}`,
    type: 'INTERNAL_SERVICE',
    secretKeys: [{ id: randomUUID(), creationTime: now.toISOString(), secretKey }],
    pluginName: name,
  };
}

function toPlugin(config: PluginConfig, made: Pick<Plugin, 'code' | 'serviceUserId'>, now: Date): Plugin {
  return {
    config,
    ...made,
    urlId: randomBytes(16).toString('hex'),
    creationTime: now.toISOString(),
    lastModifiedTime: now.toISOString(),
  };
}

function toSubscriptions({ config, lastModifiedTime }: Plugin, endpoint: string): Subscription[] {
  const { interceptionOrder, interceptions, notifications } = config.subscriptions;
  const shared = () => ({
    id: randomUUID(),
    pluginName: config.name,
    endpoint,
    creationTime: lastModifiedTime,
    lastModifiedTime,
  });
  return [
    ...interceptions.map(({ type, apiId, entityTypeName, order = interceptionOrder }) => ({
      ...shared(),
      kind: 'interception' as const,
      type,
      ...(apiId && { apiId }),
      ...(entityTypeName && { entityName: entityTypeName }),
      executionOrder: order,
    })),
    ...notifications.map((notification) => ({ ...shared(), kind: 'notification' as const, ...notification })),
  ];
}

function forget(state: PluginServiceOptions['state'], plugin: Plugin): void {
  const { name } = plugin.config;
  state.transaction(() => {
    state.plugins.delete(name);
    state.serviceUsers.delete(plugin.serviceUserId);
    for (const { id, pluginName } of [...state.subscriptions.values()])
      if (pluginName === name) state.subscriptions.delete(id);
    const isUsed = [...state.plugins.values()].some(({ code }) => code.digest === plugin.code.digest);
    if (!isUsed) state.zips.delete(plugin.code.digest);
  });
}
