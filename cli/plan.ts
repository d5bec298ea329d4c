import { EXIT } from '../deploy/failure.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { ALLOW_DELETES } from './deploy.ts';
import { toText } from './plan/toText.ts';
import { toPlace } from './toPlace.ts';

export function addPlan(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin plan --exit-code',
    options: [ALLOW_DELETES, ['--exit-code', 'end with 10 when there is something to deploy']],
    async run(session, _args, options) {
      const { prepare } = await import('../deploy/prepare.ts');
      const { plan, file, code, current } = await prepare(toPlace(session), {
        mode: 'deploy',
        allowDeletes: Boolean(options.allowDeletes),
      });
      const { config: _sent, ...shown } = plan; // it holds the secrets
      const isPending = plan.action !== 'none';
      if (isPending) session.say('Next: npx biot-plugin deploy');
      return {
        text: toText(plan),
        json: {
          plugin: file.name,
          deploymentPackageType: file.deploymentPackageType,
          ...(current && { version: current.version }),
          code: code.isNew ? 'new' : 'unchanged',
          ...shown,
        },
        ...(isPending && options.exitCode && { exitCode: EXIT.pending }),
      };
    },
  });
}
