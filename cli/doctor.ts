import { connect } from '../deploy/connect.ts';
import type { CheckResult, Patient, Status } from '../deploy/doctor/check.ts';
import { EXIT } from '../deploy/failure.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { askSecret, isInteractive } from './prompt.ts';
import type { Output, Session } from './session.ts';

export function addDoctor(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'look at one thing after the other that the commands need: Node, npm’s packages, docker, settings, plugin.json, and the way to BioT hop by hop',
    example: 'biot-plugin doctor --env production',
    async run(session) {
      const { examine } = await import('../deploy/doctor/doctor.ts');
      const checks = await examine(toPatient(session), (result) => tell(session, result));
      return toOutput(checks);
    },
  });
}

/** Less than others wait: whether there is an answer is what is asked. */
const CALL_TIME_MS = 20_000;

/** Here nothing is tried again: how it is now is what is asked. */
function toPatient({ settings, ...session }: Session): Patient {
  let biot: ReturnType<typeof connect> | undefined;
  const ask = (question: string) => askSecret(question, session.signal);
  const open = () => connect(settings, isInteractive() ? ask : undefined, { callTimeMs: CALL_TIME_MS });
  return {
    ...session,
    settings,
    biot() {
      biot ??= open();
      return biot;
    },
  };
}

const MARKS: Record<Status, [mark: string, colour: number]> = {
  ok: ['ok', 32],
  warning: ['warning', 33],
  problem: ['problem', 31],
  skipped: ['–', 2],
};

/** As soon as it is known: some take seconds. */
function tell({ isJson, env }: Session, { name, status, message, cure }: CheckResult): void {
  if (isJson) return;
  const [mark, colour] = MARKS[status];
  const isColoured = process.stdout.isTTY && !env.NO_COLOR;
  const padded = mark.padEnd(7);
  const shown = isColoured ? `\u001b[${colour}m${padded}\u001b[0m` : padded;
  const cured = cure ? `\n         ${cure}` : '';
  process.stdout.write(`${shown}  ${name}: ${message}${cured}\n`);
}

function toOutput(checks: CheckResult[]): Output {
  const count = (status: Status) => checks.filter((check) => check.status === status).length;
  const problems = count('problem');
  const warnings = count('warning');
  const isBlind = checks.some(({ name, status }) => name === 'address' && status === 'skipped');
  const unseen = isBlind ? '; BioT was not looked at: set BIOT_CLI_BASE_URL' : '';
  const text = `\n${plural(problems, 'problem')}, ${plural(warnings, 'warning')}${unseen}`;
  return { text, json: { checks }, ...(problems > 0 && { exitCode: EXIT.failed }) };
}

const plural = (count: number, what: string): string => `${count || 'no'} ${what}${count === 1 ? '' : 's'}`;
