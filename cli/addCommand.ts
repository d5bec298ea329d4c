import { join } from 'node:path';
import type { Command } from 'commander';
import { type AskSecret, connect } from '../deploy/connect.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import { readVariables, toSettings } from '../deploy/settings.ts';
import { toFailure } from '../deploy/toFailure.ts';
import { watchInterruption } from './interruption.ts';
import { askSecret, isInteractive } from './prompt.ts';
import type { Output, Session } from './session.ts';
import { createSteps, type RunningSteps, type StepsOptions } from './steps.ts';

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
  /** It goes on until `signal`, and then ends in order by itself. */
  isLongLived?: true;
  /** Ctrl-C is how it ends: nothing is said of that. */
  isEndless?: true;
  /** Undefined when it has printed by itself. */
  run(session: Session, args: string[], options: CommandOptions): Promise<Output | undefined>;
};

type CommonOptions = { env?: string; json?: true; verbose?: true; yes?: true };

/** Adds a command with what all have in common: its options, where results and failures go, and the exit code. */
export function addCommand({ program, projectRoot }: CommandLine, spec: CommandSpec): void {
  const command = program.command(spec.usage).summary(spec.summary);
  command.description(spec.description ?? spec.summary);
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
      await runCommand({ ...common, ...place }, spec, (session) => spec.run(session, command.args, options));
    });
}

type Given = Pick<Session, 'projectRoot' | 'environmentName' | 'isJson' | 'isVerbose' | 'isAgreed'>;

async function runCommand(
  given: Given,
  { isLongLived, isEndless }: CommandSpec,
  run: (session: Session) => Promise<Output | undefined>,
): Promise<void> {
  const steps = createSteps(toStepsOptions(given.isVerbose));
  const interruption = watchInterruption(steps.current, isLongLived === true);
  const { signal } = interruption;
  try {
    const output = await Promise.race([
      openSession({ ...given, steps, signal }).then(run),
      interruption.over,
    ]);
    if (output) print(output, given.isJson);
  } catch (error) {
    const failure = signal.aborted ? interruption.toFailure() : toFailure(error);
    if (signal.aborted && isEndless) process.exitCode = failure.exitCode;
    else report(withEnvironment(failure, given.environmentName), { ...given, say: steps.say });
  } finally {
    if (signal.aborted) process.stdout.write('', () => process.exit()); // whatever goes on
  }
}

type Running = { steps: RunningSteps; signal: AbortSignal };

async function openSession(given: Given & Running): Promise<Session> {
  const { projectRoot, environmentName, signal, steps } = given;
  if (environmentName !== undefined) checkEnvironmentName(environmentName);
  const variables = await readVariables({ projectRoot, environmentName, processEnv: process.env });
  const settings = toSettings(variables);
  const say = (line: string) => steps.say(nameEnvironment(line, environmentName));
  const ask: AskSecret = (question) => steps.aside(() => askSecret(question, signal));
  return {
    ...given,
    say,
    stateDirectory: join(projectRoot, '.biot', ...(environmentName ? ['env', environmentName] : [])),
    env: process.env,
    variables,
    settings,
    biot: () => connect(settings, isInteractive() ? ask : undefined, { signal, onRetry: say }),
    show: (output) => void process.stderr.write(output),
  };
}

/** `.env.local` and `.env.example` are something else. */
const RESERVED_NAMES = ['local', 'example'];

/** It becomes part of file names. @throws Failure */
function checkEnvironmentName(name: string): void {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,31}$/.test(name) && !RESERVED_NAMES.includes(name)) return;
  throw new Failure({
    code: 'INVALID_ENV_NAME',
    exitCode: EXIT.usage,
    message: `--env ${name} cannot be the name of an environment`,
    cure: 'Use up to 32 letters, digits, - and _, and neither "local" nor "example".',
  });
}

function toStepsOptions(isVerbose: boolean): StepsOptions {
  const { isTTY, columns } = process.stderr;
  return {
    isTerminal: isTTY && !isVerbose && !process.env.CI && process.env.TERM !== 'dumb',
    isColoured: !process.env.NO_COLOR,
    columns: columns || 80, // some terminals say 0
    write: (text) => void process.stderr.write(text),
  };
}

function print({ text, json, exitCode = 0 }: Output, isJson: boolean): void {
  const result = isJson ? JSON.stringify(json, null, 2) : text;
  if (result) process.stdout.write(`${result}\n`);
  process.exitCode = exitCode;
}

/** What is proposed to be typed next is for the same environment. */
const nameEnvironment = (text: string, name: string | undefined): string =>
  name === undefined ? text : text.replaceAll(/npx biot-plugin ([a-z]+(?:-[a-z]+)*)/g, `$& --env ${name}`);

type Told = Pick<Failure, 'code' | 'exitCode' | 'message' | 'cure' | 'stack'>;

const withEnvironment = (
  { code, exitCode, message, cure, stack = '' }: Failure,
  name: string | undefined,
): Told => ({
  ...{ code, exitCode, stack },
  message: nameEnvironment(message, name),
  cure: nameEnvironment(cure, name),
});

type Reporting = Pick<Session, 'isJson' | 'isVerbose' | 'say'>;

/** What happened, why, and what to type next: on standard error, and with `--json` as the document. */
function report(failure: Told, { isJson, isVerbose, say }: Reporting): void {
  const { code, message, cure, exitCode } = failure;
  if (isJson)
    process.stdout.write(`${JSON.stringify({ error: { code, message, cure, exitCode } }, null, 2)}\n`);
  else say([`Error: ${message}`, cure].join('\n').replaceAll('\n', '\n       '));
  if (isVerbose) say(`${failure.stack}`);
  process.exitCode = exitCode;
}
