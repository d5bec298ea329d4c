import { createPluginApi } from '../deploy/pluginApi.ts';
import { addCommand, type CommandLine } from './addCommand.ts';

export function addCreate(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'create',
    summary: 'create the plugin that plugin.json describes, with the image pushed last',
    example: 'biot-plugin create',
    async run(session) {
      const { readDeployable } = await import('../deploy/readDeployable.ts');
      const { file, code } = await readDeployable(session.projectRoot, session.stateDirectory);
      const plugin = await createPluginApi(session.biot()).create(file, code);
      session.say(`The plugin ${plugin.name} is created. Next: npx biot-plugin get`);
      return { text: JSON.stringify(plugin, null, 2), json: plugin };
    },
  });
}
