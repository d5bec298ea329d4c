import { addCommand, type CommandLine } from './addCommand.ts';
import { toPlace } from './toPlace.ts';
import { toPluginOutput } from './toPluginOutput.ts';

export function addRollback(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'run the code of an earlier release again, by default of the one before, as a new version; variables, subscriptions and all else stay as they are',
    example: 'biot-plugin rollback 3',
    async run(session, [release]) {
      const { rollBack } = await import('../deploy/rollBack.ts');
      const { plugin, target, secrets } = await rollBack(toPlace(session), release);
      session.say(
        `The plugin ${plugin.name} runs the code of release ${target.version} again, as version ${plugin.version}. Next: npx biot-plugin releases`,
      );
      return toPluginOutput(plugin, secrets);
    },
  });
}
