import { addCommand, type CommandLine } from './addCommand.ts';
import { ALLOW_DELETES } from './deploy.ts';
import { runDeploy } from './runDeploy.ts';

export function addUpdate(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin update',
    options: [ALLOW_DELETES],
    run: (session, _args, { allowDeletes }) =>
      runDeploy(session, { mode: 'update', allowDeletes: Boolean(allowDeletes) }),
  });
}
