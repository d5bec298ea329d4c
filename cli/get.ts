import { createPluginApi } from '../deploy/pluginApi.ts';
import { readPluginIdentity } from '../deploy/pluginFile.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { toPluginOutput } from './toPluginOutput.ts';

export function addGet(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'get [name]',
    summary: 'show the plugin as BioT has it',
    example: 'biot-plugin get my-plugin',
    async run(session, [name]) {
      const reading = readPluginIdentity(session.projectRoot, session.environmentName);
      const own = name === undefined ? await reading : await reading.catch(() => undefined);
      const plugin = await createPluginApi(session.biot()).get(name ?? own?.name ?? '');
      return toPluginOutput(plugin, own?.referring ?? new Set());
    },
  });
}
