import { join } from 'node:path';
import { type AskSecret, connect } from '../deploy/connect.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import { readVariables, toSettings } from '../deploy/settings.ts';
import { toFailure } from '../deploy/toFailure.ts';
import type { CommandSpec } from './commandSpec.ts';
import { watchInterruption } from './interruption.ts';
import { askSecret, isInteractive } from './prompt.ts';
import type { Output, Session } from './session.ts';
import { createSteps, type RunningSteps, type StepsOptions } from './steps.ts';

type Given = Pick<Session, 'projectRoot' | 'environmentName' | 'isJson' | 'isVerbose' | 'isAgreed'>;

/** Runs it with a session of its own; prints its result or what failed, and sets the exit code. */
export async function runCommand(
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
