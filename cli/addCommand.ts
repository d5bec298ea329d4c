import type { Command } from 'commander';
import type { CommandOptions, CommandSpec } from './commandSpec.ts';

/** Where a command is added and as what, and the folder with `plugin.json`. */
export type CommandLine = {
  program: Command;
  projectRoot: string;
  /** Like `get [name]`. */
  usage: string;
  /** One clause for the list of commands. */
  summary: string;
};

type CommonOptions = { env?: string; json?: true; verbose?: true; yes?: true };

/** Adds a command with what all have in common: its options, where results and failures go, and the exit code. */
export function addCommand({ program, projectRoot, usage, summary }: CommandLine, spec: CommandSpec): void {
  const command = program.command(usage).summary(summary);
  command.description(spec.description ?? summary);
  for (const [flags, meaning] of spec.options ?? []) command.option(flags, meaning);
  command
    .option('--env <name>', 'use plugin.<name>.json, .env.<name> and a memory of its own')
    .option('--json', 'one JSON document on standard output')
    .option('-v, --verbose', 'show all output, and where a failure happened')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', `\nExample:\n  $ ${spec.example}`)
    .action(async () => {
      const { env, json, verbose, yes, ...options } = command.opts<CommonOptions & CommandOptions>();
      const common = { isJson: json === true, isVerbose: verbose === true, isAgreed: yes === true };
      const place = { projectRoot, ...(env !== undefined && { environmentName: env }) };
      const { runCommand } = await import('./runCommand.ts');
      await runCommand({ ...common, ...place }, spec, (session) => spec.run(session, command.args, options));
    });
}
