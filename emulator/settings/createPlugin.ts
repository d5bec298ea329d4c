import { randomBytes, randomUUID } from 'node:crypto';
import { BiotError } from '../biotError.ts';
import type { Plugin, PluginCode, PluginConfig, ServiceUser } from '../state.ts';
import { resubscribe } from './hookSubscriptions.ts';
import type { PluginParts } from './multipart.ts';
import { parsePluginConfig } from './pluginConfig.ts';
import { deploy, type Plugins, rollBack, withoutPrefix } from './plugins.ts';
import { readCode } from './readCode.ts';

/** Service user, code, function URL and subscriptions in one go; nothing is left when a step fails. @throws BiotError */
export async function createPlugin(plugins: Plugins, parts: PluginParts): Promise<Plugin> {
  const config = parsePluginConfig(parts.config);
  return plugins.inTurn(withoutPrefix(config.name), async () => {
    refuseTakenName(plugins, config);
    const sent = await readCode(plugins, config, parts);
    return plugins.shelf.hold(sent, () => make(plugins, config, sent.code));
  });
}

function refuseTakenName({ state }: Plugins, { name }: PluginConfig): void {
  if (!state.plugins.has(name)) return;
  throw new BiotError({
    status: 409,
    code: 'PLUGIN_EXISTS_BY_NAME',
    message: `There is a plugin ${name} already`,
    details: { pluginName: name },
  });
}

async function make(plugins: Plugins, config: PluginConfig, code: PluginCode): Promise<Plugin> {
  const { state, clock } = plugins;
  const now = clock.now().toISOString();
  const serviceUser = newServiceUser(config, now);
  const made = { code, serviceUserId: serviceUser.id, urlId: randomBytes(16).toString('hex') };
  const plugin = { config, ...made, creationTime: now, lastModifiedTime: now };

  await deploy(plugins, plugin, serviceUser);
  try {
    state.transaction(() => {
      state.serviceUsers.set(serviceUser.id, serviceUser);
      state.plugins.set(config.name, plugin);
      resubscribe(state, plugin, { endpoint: plugins.endpointUrlOf(plugin) });
    });
  } catch (error) {
    await rollBack('createPlugin', () => plugins.remove(plugin));
    throw error;
  }
  return plugin;
}

function newServiceUser({ name }: PluginConfig, creationTime: string): ServiceUser {
  const secretKey = randomBytes(24).toString('base64url');
  return {
    id: randomUUID(),
    name: `Plugin-${name}`,
    type: 'INTERNAL_SERVICE',
    secretKeys: [{ id: randomUUID(), creationTime, secretKey }],
    pluginName: name,
  };
}
