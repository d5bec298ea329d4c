import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { Plugin, PluginConfig, ServiceUser, State } from '../state.ts';
import { awsException, rollbackFailed } from './awsException.ts';
import { type CodeShelf, createCodeShelf } from './codeShelf.ts';
import { createInTurn, type InTurn } from './inTurn.ts';
import type { CodeSources } from './readCode.ts';

/** What the plugins are made of. */
export type PluginsOptions = CodeSources & {
  state: Pick<State, 'plugins' | 'serviceUsers' | 'subscriptions' | 'zips' | 'transaction'>;
  clock: Clock;
  deploy(plugin: Plugin, serviceUser: ServiceUser): Promise<void>;
  remove(plugin: Plugin): Promise<void>;
  /** Called when the last plugin with this image is gone. */
  forgetImage(digest: string): Promise<void>;
  endpointUrlOf(plugin: Plugin): string;
  /** Where a person can read the plugin's log. */
  consoleUrlOf(plugin: Plugin): string;
};

/** The same, and what all calls about plugins share. */
export type Plugins = PluginsOptions & { shelf: CodeShelf; inTurn: InTurn };

export const openPlugins = (options: PluginsOptions): Plugins => ({
  ...options,
  shelf: createCodeShelf(options.state),
  inTurn: createInTurn(),
});

/** A plugin as BioT's API returns it: with its addresses and dates, without its image tag. */
export type PluginResponse = PluginConfig & {
  endpointUrl: string;
  linkToConsole: string;
  creationTime: string;
  lastModifiedTime: string;
};

export function toResponse(
  plugin: Plugin,
  { endpointUrlOf, consoleUrlOf }: Pick<PluginsOptions, 'endpointUrlOf' | 'consoleUrlOf'>,
): PluginResponse {
  const { config, creationTime, lastModifiedTime } = plugin;
  const addresses = { endpointUrl: endpointUrlOf(plugin), linkToConsole: consoleUrlOf(plugin) };
  return { ...config, ...addresses, creationTime, lastModifiedTime };
}

/** The name without the prefix that BioT gives a plugin's resources. */
export const withoutPrefix = (name: string): string => name.replace(/^Plugin-/, '');

/** With or without the prefix `Plugin-`. @throws BiotError 404 PLUGIN_NOT_FOUND */
export function findPlugin({ plugins }: Pick<State, 'plugins'>, name: string): Plugin {
  const plugin = plugins.get(name) ?? plugins.get(withoutPrefix(name));
  if (plugin) return plugin;
  const details = { pluginName: name };
  throw new BiotError({
    status: 404,
    code: 'PLUGIN_NOT_FOUND',
    message: `There is no plugin ${name}`,
    details,
  });
}

/** @throws BiotError 500 AWS_EXCEPTION; whatever the function did before, it still does */
export async function deploy(plugins: Plugins, plugin: Plugin, serviceUser: ServiceUser): Promise<void> {
  try {
    await plugins.deploy(plugin, serviceUser);
  } catch (cause) {
    throw awsException('The function could not be deployed', cause);
  }
}

/** Undoes what a failed call had done. @throws BiotError 500 PLUGIN_ROLLBACK_FAILED */
export async function rollBack(apiName: string, undo: () => unknown): Promise<void> {
  try {
    await undo();
  } catch (cause) {
    throw rollbackFailed(cause, apiName);
  }
}
