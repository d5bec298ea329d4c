import { EXIT, Failure } from '../deploy/failure.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { SHELLS } from './completion/choices.ts';
import { toBash } from './completion/toBash.ts';
import { toFish } from './completion/toFish.ts';
import { toPowerShell } from './completion/toPowerShell.ts';
import { toTree } from './completion/toTree.ts';
import { toZsh } from './completion/toZsh.ts';

const SCRIPTS = { bash: toBash, zsh: toZsh, fish: toFish, powershell: toPowerShell };

export function addCompletion(cli: CommandLine): void {
  addCommand(cli, {
    description: `print a script that lets the Tab key complete commands, options and values in ${SHELLS.join(', ')}; how to install it stands in its first lines`,
    example: 'biot-plugin completion bash',
    async run(_session, [name]) {
      const shell = SHELLS.find((known) => known === name);
      if (!shell) throw unknownShell(name);
      const script = SCRIPTS[shell](toTree(cli.program));
      return { text: script, json: { shell, script } };
    },
  });
}

const unknownShell = (name: string | undefined) =>
  new Failure({
    code: 'UNKNOWN_SHELL',
    exitCode: EXIT.usage,
    message: `There is no completion for ${name}`,
    cure: `Say one of ${SHELLS.join(', ')}.`,
  });
