import { join } from 'node:path';
import type { Command } from 'commander';
import { connect } from '../deploy/connect.ts';
import { EXIT, type Failure } from '../deploy/failure.ts';
import { readSettings } from '../deploy/settings.ts';
import { toFailure } from '../deploy/toFailure.ts';
import { askSecret, isInteractive } from './prompt.ts';
import type { Output, Session } from './session.ts';

/** Where a command is added, and the folder with `plugin.json`. */
export type CommandLine = { program: Command; projectRoot: string };

export type CommandOptions = Record<string, string | undefined>;

export type CommandSpec = {
  /** Like `get [name]`. */
  usage: string;
  /** One clause for the list of commands. */
  summary: string;
  /** Said in the command's own help instead. */
  description?: string;
  example: string;
  options?: [flags: string, meaning: string][];
  /** Undefined when it has printed by itself. */
  run(session: Session, args: string[], options: CommandOptions): Promise<Output | undefined>;
};

type CommonOptions = { json?: true; verbose?: true; yes?: true };

/** Adds a command with what all have in common: its options, where results and failures go, and the exit code. */
export function addCommand({ program, projectRoot }: CommandLine, spec: CommandSpec): void {
  const command = program.command(spec.usage).summary(spec.summary);
  command.description(spec.description ?? spec.summary);
  for (const [flags, meaning] of spec.options ?? []) command.option(flags, meaning);
  command
    .option('--json', 'one JSON document on standard output')
    .option('-v, --verbose', 'show where a failure happened')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', `\nExample:\n  $ ${spec.example}`)
    .action(async () => {
      const { json, verbose, yes, ...options } = command.opts<CommonOptions & CommandOptions>();
      const isJson = json === true;
      try {
        const session = await openSession(projectRoot, { isJson, isAgreed: yes === true });
        const output = await spec.run(session, command.args, options);
        if (output) process.stdout.write(`${isJson ? JSON.stringify(output.json, null, 2) : output.text}\n`);
      } catch (error) {
        report(toFailure(error), { isJson, isVerbose: verbose === true });
      }
    });
}

async function openSession(
  projectRoot: string,
  common: Pick<Session, 'isJson' | 'isAgreed'>,
): Promise<Session> {
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
  const settings = await readSettings(projectRoot, process.env);
  return {
    ...common,
    projectRoot,
    stateDirectory: join(projectRoot, '.biot'),
    env: process.env,
    settings,
    biot: () => connect(settings, isInteractive() ? askSecret : undefined),
    say: (line) => void process.stderr.write(`${line}\n`),
    show: (output) => void process.stderr.write(output),
  };
}

/** What happened, why, and what to type next: on standard error, and with `--json` as the document. */
function report(failure: Failure, { isJson, isVerbose }: { isJson: boolean; isVerbose: boolean }): void {
  const { code, message, cure, exitCode } = failure;
  if (isJson)
    process.stdout.write(`${JSON.stringify({ error: { code, message, cure, exitCode } }, null, 2)}\n`);
  else process.stderr.write(`Error: ${message}\n       ${cure}\n`);
  if (isVerbose) process.stderr.write(`${failure.stack}\n`);
  process.exitCode = exitCode;
}
