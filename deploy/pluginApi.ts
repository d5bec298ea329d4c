import type { BiotClient } from '../src/runtime/biot.ts';
import type { PluginFile } from './pluginFile.ts';

const PLUGINS = '/settings/v2/plugins';

/** A plugin as BioT returns it. For IMAGE, `runtime` and `handler` are null and the tag is not told. */
export type Plugin = {
  name: string;
  displayName: string;
  version: number;
  deploymentPackageType: 'IMAGE' | 'ZIP';
  endpointUrl: string;
  [field: string]: unknown;
};

/** What runs: the tag of a pushed image, or the bytes of a ZIP. */
export type PluginCode = { imageTag: string } | { zip: Uint8Array<ArrayBuffer> };

/** All throw PluginError CALL_TO_API_FAILED; `toBiotFailure` tells what BioT said. */
export type PluginApi = {
  create(file: PluginFile, code: PluginCode): Promise<Plugin>;
  /** Takes all that the file names, and new code, whose version must be higher than the plugin's. */
  update(file: PluginFile, code: PluginCode): Promise<Plugin>;
  get(name: string): Promise<Plugin>;
  delete(name: string): Promise<void>;
};

export function createPluginApi(biot: BiotClient): PluginApi {
  return {
    create: (file, code) => biot.post<Plugin>(PLUGINS, toForm(file, code)),
    update: ({ name, deploymentPackageType: _type, ...changes }, code) =>
      biot.patch<Plugin>(pathOf(name), toForm(changes, code)),
    get: (name) => biot.get<Plugin>(pathOf(name)),
    delete: (name) => biot.delete<void>(pathOf(name)),
  };
}

/** BioT names the plugin’s resources with this prefix, and in a path it wants it too. */
export const withPrefix = (name: string): string => (name.startsWith('Plugin-') ? name : `Plugin-${name}`);

const pathOf = (name: string): string => `${PLUGINS}/${encodeURIComponent(withPrefix(name))}`;

// BioT wants a ZIP's runtime named; what this project bundles runs on the Node that package.json pins.
const ZIP_RUNTIME = { runtime: 'nodejs24.x', handler: 'index.handler' };

function toForm(file: Record<string, unknown>, code: PluginCode): FormData {
  const form = new FormData();
  const config = 'imageTag' in code ? { ...file, imageTag: code.imageTag } : { ...ZIP_RUNTIME, ...file };
  form.append('config', JSON.stringify(config));
  if ('zip' in code) form.append('code', new Blob([code.zip], { type: 'application/zip' }), 'plugin.zip');
  return form;
}
