import { isSecret } from './isSecret.ts';
import type { Plugin } from './pluginApi.ts';

const MASK = '(secret)';

/**
 * The plugin as it may be shown and kept in a log: the values of variables that may be secret are masked, those that
 * somebody else has set too. `secrets` are those that are known to be.
 */
export function maskSecrets(plugin: Plugin, secrets: ReadonlySet<string>): Plugin {
  const { environmentVariables } = plugin;
  if (typeof environmentVariables !== 'object' || environmentVariables === null) return plugin;
  const masked = Object.entries(environmentVariables).map(([name, value]) =>
    secrets.has(name) || isSecret(name, String(value)) ? [name, MASK] : [name, value],
  );
  return { ...plugin, environmentVariables: Object.fromEntries(masked) };
}
