import { type PluginFile, readPluginFile } from './pluginFile.ts';
import { resolveVariables } from './resolveVariables.ts';
import { readVariables } from './settings.ts';

/** `plugin.json` as it is sent to a local BioT: its references resolved here and now. @throws Failure */
export async function readResolvedFile(projectRoot: string, env: NodeJS.ProcessEnv): Promise<PluginFile> {
  const written = await readPluginFile(projectRoot);
  const variables = await readVariables({ projectRoot, processEnv: env });
  return resolveVariables(written, variables).file;
}
