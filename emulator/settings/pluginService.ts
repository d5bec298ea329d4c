import { randomBytes, randomUUID } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import type { Plugin, PluginCode, PluginConfig, State, Subscription } from '../state.ts';
import { addSubscription } from '../subscriptions.ts';
import type { PluginParts } from './multipart.ts';
import { parsePluginConfig } from './pluginConfig.ts';

export type PluginServiceOptions = {
  state: Pick<State, 'plugins' | 'serviceUsers' | 'subscriptions'>;
  /** The image's reference by digest; undefined when the registry has no such tag. */
  resolveImage(tag: string): Promise<string | undefined>;
  deploy(plugin: Plugin): Promise<void>;
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
  const plugin = toPlugin(config, code, new Date());
  state.plugins.set(config.name, plugin);
  state.serviceUsers.set(plugin.serviceUser.id, plugin.serviceUser);
  try {
    await options.deploy(plugin);
  } catch (cause) {
    forget(state, plugin);
    const details = { className: 'LambdaException' };
    const message = 'The code could not be deployed';
    throw new BiotError({ status: 500, code: 'AWS_EXCEPTION', message, details }, { cause });
  }
  if (config.enabledState === 'ENABLED') {
    const subscriptions = toSubscriptions(plugin, options.endpointUrlOf(plugin));
    for (const subscription of subscriptions) addSubscription(state, subscription);
  }
  return toResponse(plugin, options);
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
    if (parts.code) return { kind: 'ZIP', zip: parts.code };
    throw noSeed('a part code');
  }
  if (parts.code) throw refuse(400, 'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE');
  const { imageTag } = parts.config;
  if (typeof imageTag !== 'string') throw noSeed('an imageTag');
  const reference = await options.resolveImage(imageTag);
  if (!reference) throw refuse(404, 'PLUGIN_IMAGE_TAG_NOT_FOUND');
  return { kind: 'IMAGE', reference };
}

const noSeed = (what: string) =>
  new BiotError({
    status: 400,
    code: 'PLUGIN_REQUEST_VALIDATION_FAILED',
    message: `The local BioT has no seed code to fall back on: send ${what}`,
  });

function toPlugin(config: PluginConfig, code: PluginCode, now: Date): Plugin {
  const secretKey = randomBytes(24).toString('base64url');
  return {
    config,
    code,
    serviceUser: { id: randomUUID(), secretKey, pluginName: config.name },
    urlId: randomBytes(16).toString('hex'),
    creationTime: now.toISOString(),
    lastModifiedTime: now.toISOString(),
  };
}

function toSubscriptions({ config }: Plugin, endpoint: string): Subscription[] {
  const { interceptionOrder, interceptions, notifications } = config.subscriptions;
  const shared = () => ({ id: randomUUID(), pluginName: config.name, endpoint });
  return [
    ...interceptions.map(({ type, apiId, entityTypeName, order = interceptionOrder }) => ({
      ...shared(),
      kind: 'interception' as const,
      type,
      ...(apiId && { apiId }),
      ...(entityTypeName && { entityName: entityTypeName }),
      order,
    })),
    ...notifications.map((notification) => ({ ...shared(), kind: 'notification' as const, ...notification })),
  ];
}

function forget(state: PluginServiceOptions['state'], plugin: Plugin): void {
  state.plugins.delete(plugin.config.name);
  state.serviceUsers.delete(plugin.serviceUser.id);
  const others = state.subscriptions.filter(({ pluginName }) => pluginName !== plugin.config.name);
  state.subscriptions.splice(0, state.subscriptions.length, ...others);
}
