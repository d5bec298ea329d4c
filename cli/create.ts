import { addCommand, type CommandLine } from './addCommand.ts';
import { runDeploy } from './runDeploy.ts';

export function addCreate(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin create',
    run: (session) => runDeploy(session, { mode: 'create', allowDeletes: false }),
  });
}
