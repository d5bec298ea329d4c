import { createPluginApi } from '../deploy/pluginApi.ts';
import { readPluginFile } from '../deploy/pluginFile.ts';
import { addCommand, type CommandLine } from './addCommand.ts';

export function addGet(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'get [name]',
    summary: 'show the plugin as BioT has it',
    example: 'biot-plugin get my-plugin',
    async run(session, [name]) {
      const plugin = await createPluginApi(session.biot()).get(
        name ?? (await readPluginFile(session.projectRoot, session.environmentName)).name,
      );
      return { text: JSON.stringify(plugin, null, 2), json: plugin };
    },
  });
}
