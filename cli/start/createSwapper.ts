import { checkCatalogue } from '../../deploy/checkCatalogue.ts';
import type { Place } from '../../deploy/place.ts';
import { createPluginApi } from '../../deploy/pluginApi.ts';
import type { PluginFile } from '../../deploy/pluginFile.ts';
import { readResolvedFile } from '../../deploy/readResolvedFile.ts';
import { toFailure } from '../../deploy/toFailure.ts';
import type { Built, Bundler } from './createBundler.ts';
import { putPlugin } from './putPlugin.ts';

/** What a round came to. `deployed` and `swapped` are answering from now on; with the others the old code still does. */
export type Swap =
  | { kind: 'deployed' | 'swapped'; name: string; version: number; endpointUrl: string }
  | { kind: 'unchanged' }
  | { kind: 'broken'; reason: string };

export type SwapperOptions = {
  projectRoot: string;
  /** The process's own; the `.env` files are read with each swap. */
  env: NodeJS.ProcessEnv;
  bundler: Bundler;
  /** Logged in anew for each swap, as tokens expire. */
  openBiot(): Place['biot'];
  say(line: string): void;
};

export type Swapper = {
  /** Brings the local BioT to what the files say. Never throws. */
  swap(): Promise<Swap>;
  /** The files that the last good bundle was made of. */
  inputs(): string[];
};

type Source = { file: PluginFile; built: Built & { kind: 'built' } };

export function createSwapper(options: SwapperOptions): Swapper {
  const { projectRoot, env, bundler } = options;
  const last: { made?: string; name?: string; inputs: string[]; isBroken: boolean } = {
    inputs: [],
    isBroken: false,
  };

  const put = async ({ file, built }: Source): Promise<Swap> => {
    const made = JSON.stringify(file) + built.code;
    if (made === last.made && !last.isBroken) return { kind: 'unchanged' };
    const biot = options.openBiot();
    await checkCatalogue(biot, file, options.say); // BioT's own refusal lists all that it has
    const api = createPluginApi(biot);
    const { name, version, endpointUrl } = await putPlugin(api, file, built.zip);
    if (last.name && last.name !== name) await api.delete(last.name);
    const kind = last.made === undefined ? 'deployed' : 'swapped';
    Object.assign(last, { made, name, isBroken: false });
    return { kind, name, version, endpointUrl };
  };
  return {
    inputs: () => last.inputs,
    async swap() {
      try {
        const file = await readResolvedFile(projectRoot, env);
        const built = await bundler.build();
        if (built.kind === 'built') {
          last.inputs = built.inputs;
          return await put({ file, built });
        }
        last.isBroken = true;
        return { kind: 'broken', reason: built.errors };
      } catch (error) {
        last.isBroken = true;
        return { kind: 'broken', reason: toFailure(error).message };
      }
    },
  };
}
