import { isDeepStrictEqual } from 'node:util';
import { BiotError } from '../biotError.ts';
import type { Plugin, PluginConfig } from '../state.ts';
import { resubscribe } from './hookSubscriptions.ts';
import type { PluginParts } from './multipart.ts';
import { patchPluginConfig } from './pluginConfig.ts';
import { deploy, findPlugin, type Plugins, rollBack, withoutPrefix } from './plugins.ts';
import { bringsCode, readCode } from './readCode.ts';

/** What the running function is made of, besides its code. `displayName` is one of its variables. */
const DEPLOYED = [
  ...(['displayName', 'runtime', 'handler', 'timeout', 'memorySize'] as const),
  ...(['ephemeralStorage', 'environmentVariables'] as const),
];

/** Changes what the request names; all of it, or nothing when a step fails. @throws BiotError */
export async function patchPlugin(plugins: Plugins, name: string, parts: PluginParts): Promise<Plugin> {
  return plugins.inTurn(withoutPrefix(name), async () => {
    const current = findPlugin(plugins.state, name);
    const config = patchPluginConfig(current.config, parts.config);
    const hasCode = bringsCode(config, parts);
    const isVersionSent = parts.config.version !== undefined && parts.config.version !== null;
    refuseVersion(current.config, isVersionSent ? config.version : undefined, hasCode);

    const sent = hasCode ? await readCode(plugins, config, parts) : { code: current.code };
    const lastModifiedTime = plugins.clock.now().toISOString();
    const next = { ...current, config, code: sent.code, lastModifiedTime };
    await plugins.shelf.hold(sent, () => replace(plugins, { current, next, hasCode }));
    return next;
  });
}

/** Larger with code, unchanged or absent without. */
function refuseVersion({ version }: PluginConfig, sent: number | undefined, hasCode: boolean): void {
  const details = { currentVersion: version, requestVersion: sent ?? null };
  if (hasCode && (sent === undefined || sent <= version)) {
    const code = 'PLUGIN_VERSION_MUST_BE_LARGER_WHEN_UPDATING_CODE';
    const message = `New code needs a version above ${version}`;
    throw new BiotError({ status: 400, code, message, details });
  }
  if (!hasCode && sent !== undefined && sent !== version) {
    const code = 'PLUGIN_VERSION_MUST_NOT_BE_CHANGED_WHEN_NOT_UPDATING_CODE';
    const message = `Without new code the version stays ${version}`;
    throw new BiotError({ status: 400, code, message, details });
  }
}

type Replacement = { current: Plugin; next: Plugin; hasCode: boolean };

async function replace(plugins: Plugins, { current, next, hasCode }: Replacement): Promise<void> {
  const { state, endpointUrlOf } = plugins;
  const isRedeployed = hasCode || !isDeepStrictEqual(pickDeployed(current), pickDeployed(next));
  const serviceUser = state.serviceUsers.get(current.serviceUserId);
  if (!serviceUser) throw new Error(`The service user of ${current.config.name} is gone`);

  if (isRedeployed) await deploy(plugins, next, serviceUser);
  try {
    state.transaction(() => {
      state.plugins.set(next.config.name, next);
      resubscribe(state, next, { endpoint: endpointUrlOf(next), before: current });
    });
  } catch (error) {
    if (isRedeployed) await rollBack('updatePlugin', () => plugins.deploy(current, serviceUser));
    throw error;
  }
}

const pickDeployed = ({ config }: Plugin): unknown[] => DEPLOYED.map((field) => config[field]);
