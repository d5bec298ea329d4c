import { addCommand, type CommandLine } from './addCommand.ts';
import { runDeploy } from './runDeploy.ts';

export const ALLOW_DELETES: [flags: string, meaning: string] = [
  '--allow-deletes',
  'remove what BioT has and plugin.json does not name (default: it stays)',
];

export function addDeploy(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'bring the plugin on BioT to what this project is: build and push only what has changed, then create or update it',
    example: 'biot-plugin deploy --env production',
    options: [ALLOW_DELETES, ['--rebuild', 'build the image even if nothing it is built from has changed']],
    run: (session, buildArgs, { allowDeletes, rebuild }) =>
      runDeploy(session, {
        mode: 'deploy',
        allowDeletes: Boolean(allowDeletes),
        rebuild: Boolean(rebuild),
        ...(buildArgs.length > 0 && { buildArgs }),
      }),
  });
}
