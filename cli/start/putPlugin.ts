import { type Plugin, type PluginApi, ZIP_RUNTIME } from '../../deploy/pluginApi.ts';
import type { PluginFile } from '../../deploy/pluginFile.ts';

/**
 * Creates the plugin as the file has it, or brings the one of this name to it: with a version one higher, so that
 * events in flight end on the old code and no call goes without its hooks. @throws Failure
 */
export async function putPlugin(
  api: PluginApi,
  file: PluginFile,
  zip: Uint8Array<ArrayBuffer>,
): Promise<Plugin> {
  const current = await api.find(file.name);
  const zipFile = { ...file, deploymentPackageType: 'ZIP' as const };
  if (current?.deploymentPackageType === 'ZIP') {
    const version = Math.max(file.version, current.version + 1);
    const { name, deploymentPackageType: _type, ...changes } = withoutLeftovers(zipFile);
    return api.update(name, { ...ZIP_RUNTIME, ...changes, version }, { zip });
  }
  if (current) await api.delete(file.name); // an image, deployed here before: the type of a plugin cannot be changed
  return api.create(zipFile, { zip });
}

/** An update keeps what it does not name; here what the file does not name is to go. */
function withoutLeftovers(file: PluginFile): PluginFile {
  const { environmentVariables = {}, subscriptions } = file;
  const none = { interceptionOrder: 1, interceptions: [], notifications: [] };
  return {
    ...file,
    environmentVariables,
    subscriptions: { ...none, ...(subscriptions as object | undefined) },
  };
}
