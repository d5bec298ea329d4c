import { EXIT, Failure } from '../deploy/failure.ts';
import { createPluginApi } from '../deploy/pluginApi.ts';
import { readPluginIdentity } from '../deploy/pluginFile.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { askYesNo, isInteractive } from './prompt.ts';

export function addDelete(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin delete my-plugin --yes',
    async run(session, args) {
      const name = args[0] ?? (await readPluginIdentity(session.projectRoot, session.environmentName)).name;
      if (!session.isAgreed) await confirm(name);
      await createPluginApi(session.biot()).delete(name);
      return { text: `Deleted ${name}`, json: { deleted: name } };
    },
  });
}

async function confirm(name: string): Promise<void> {
  if (isInteractive() && (await askYesNo(`Delete the plugin ${name} from BioT?`))) return;
  throw new Failure({
    code: 'NOT_CONFIRMED',
    exitCode: EXIT.usage,
    message: `Nothing was deleted: deleting ${name} was not confirmed`,
    cure: 'Answer y on a terminal, or pass --yes.',
  });
}
