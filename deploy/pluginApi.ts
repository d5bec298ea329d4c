import { type BiotClient, toBiotFailure } from '../src/runtime/biot.ts';

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

/** What a plugin is made of, by the names of BioT's API. */
export type PluginConfig = { name: string; [field: string]: unknown };

/** All throw PluginError CALL_TO_API_FAILED; `toBiotFailure` tells what BioT said. */
export type PluginApi = {
  create(config: PluginConfig, code: PluginCode): Promise<Plugin>;
  /** Changes what `config` names. New code needs a version above the plugin's; without code it must be the same. */
  update(name: string, config: Record<string, unknown>, code?: PluginCode): Promise<Plugin>;
  get(name: string): Promise<Plugin>;
  /** Undefined when BioT has none of this name. */
  find(name: string): Promise<Plugin | undefined>;
  delete(name: string): Promise<void>;
};

export function createPluginApi(biot: BiotClient): PluginApi {
  return {
    create: (config, code) =>
      biot.post<Plugin>(PLUGINS, toForm(withRuntime(config, code), code)).then(toPlugin),
    update: (name, config, code) => biot.patch<Plugin>(pathOf(name), toForm(config, code)).then(toPlugin),
    get: (name) => biot.get<Plugin>(pathOf(name)).then(toPlugin),
    find: (name) =>
      biot.get<Plugin>(pathOf(name)).then(toPlugin, (error) => {
        if (toBiotFailure(error)?.code === 'PLUGIN_NOT_FOUND') return undefined;
        throw error;
      }),
    delete: (name) => biot.delete<void>(pathOf(name)),
  };
}

/** BioT's own example has the version as text, and a plugin older than images has no type. */
export const toPlugin = (answer: Plugin): Plugin => ({
  ...answer,
  version: Number(answer.version),
  deploymentPackageType: answer.deploymentPackageType ?? 'ZIP',
});

/** BioT names the plugin’s resources with this prefix, and in a path it wants it too. */
export const withPrefix = (name: string): string => (name.startsWith('Plugin-') ? name : `Plugin-${name}`);

const pathOf = (name: string): string => `${PLUGINS}/${encodeURIComponent(withPrefix(name))}`;

/** BioT wants a ZIP's runtime named; what this project bundles runs on the Node that package.json pins. */
export const ZIP_RUNTIME = { runtime: 'nodejs24.x', handler: 'index.handler' };

const withRuntime = (config: PluginConfig, code: PluginCode): PluginConfig =>
  'zip' in code ? { ...ZIP_RUNTIME, ...config } : config;

function toForm(fields: Record<string, unknown>, code: PluginCode | undefined): FormData {
  const form = new FormData();
  const config = code && 'imageTag' in code ? { ...fields, imageTag: code.imageTag } : fields;
  form.append('config', JSON.stringify(config));
  if (code && 'zip' in code)
    form.append('code', new Blob([code.zip], { type: 'application/zip' }), 'plugin.zip');
  return form;
}
