import { addCommand, type CommandLine } from './addCommand.ts';
import { runDeploy } from './runDeploy.ts';

export function addCreate(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'create',
    summary: 'create the plugin that plugin.json describes, with the image pushed last',
    example: 'biot-plugin create',
    run: (session) => runDeploy(session, { mode: 'create', allowDeletes: false }),
  });
}
