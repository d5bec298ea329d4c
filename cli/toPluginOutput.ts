import { maskSecrets } from '../deploy/maskSecrets.ts';
import type { Plugin } from '../deploy/pluginApi.ts';
import type { Output } from './session.ts';

/** The plugin as BioT returned it, but for what may be secret: it ends up in logs of CI. */
export function toPluginOutput(plugin: Plugin, secrets: ReadonlySet<string>): Output {
  const shown = maskSecrets(plugin, secrets);
  return { text: JSON.stringify(shown, null, 2), json: shown };
}
