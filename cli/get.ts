import { toReleaseKey } from '../deploy/place.ts';
import { createPluginApi } from '../deploy/pluginApi.ts';
import { type PluginIdentity, readPluginIdentity } from '../deploy/pluginFile.ts';
import { readReleases, secretsOf } from '../deploy/releases.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { Session } from './session.ts';
import { toPluginOutput } from './toPluginOutput.ts';

export function addGet(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin get my-plugin',
    async run(session, [name]) {
      const reading = readPluginIdentity(session.projectRoot, session.environmentName);
      const own = name === undefined ? await reading : await reading.catch(() => undefined);
      const plugin = await createPluginApi(session.biot()).get(name ?? own?.name ?? '');
      return toPluginOutput(plugin, own ? await readSecrets(session, own) : new Set());
    },
  });
}

/** What plugin.json refers to, and what it referred to when it was deployed. */
async function readSecrets(session: Session, { name, referring }: PluginIdentity): Promise<Set<string>> {
  const releases = await readReleases(session.stateDirectory, toReleaseKey(session, name));
  return new Set([...referring, ...secretsOf(releases)]);
}
