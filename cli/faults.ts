import { createEmulatorApi, cureWith, type EmulatorApi } from '../deploy/emulatorApi.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import { describeEffect } from '../emulator/describeEffect.ts';
import type { Fault } from '../emulator/faults.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { CommandOptions } from './commandSpec.ts';
import type { Output } from './session.ts';

const PATH = '/emulator/faults';
const SEE_HELP = 'See npx biot-plugin faults --help';

export function addFaults(cli: CommandLine): void {
  addCommand(cli, {
    description: 'let calls of the local BioT fail: list what waits, add a fault, clear one or all',
    example:
      "biot-plugin faults add --service organization --route 'POST /organization/v1/users/patients' --kind status --status 503 --count 2",
    options: [
      ['--service <service>', 'add: like organization, device, ums, settings, lambda, notification'],
      [
        '--route <route>',
        "add: like 'GET /device/v2/devices/{id}' or '/ums/*' (default: all of the service)",
      ],
      [
        '--kind <kind>',
        'add: latency, status, reset, half, lost-answer, key-rotation, clock-move; of notifications duplicate, late',
      ],
      ['--count <calls>', 'add: for how many calls (default: 1)'],
      ['--status <status>', 'of the kind status: 400 to 599; of lost-answer: 500 to 599 (default: 504)'],
      ['--code <code>', 'of these kinds: its code, if another than BioT’s own for the status'],
      ['--retry-after <seconds>', 'of the kind status: the header Retry-After (default with 429: 1)'],
      ['--ms <milliseconds>', 'of the kinds latency and late: for how long'],
      ['--seconds <seconds>', 'of the kind clock-move: how far'],
    ],
    async run(session, [action = 'list', id], options) {
      if (action !== 'add') refuseOptions(options);
      const api = createEmulatorApi(session.settings.baseUrl);
      if (action === 'list') return list(api);
      if (action === 'add') return add(api, options);
      if (action === 'clear') return clear(api, id);
      throw usage(`There is nothing like "faults ${action}"`, 'Say list, add or clear.');
    },
  });
}

async function list(api: EmulatorApi): Promise<Output> {
  const faults = await api.get<Fault[]>(PATH);
  const lines = faults.map((fault) => `${fault.id}  ${describe(fault)}`);
  return { text: lines.join('\n') || 'No fault waits for a call', json: faults };
}

async function add(api: EmulatorApi, options: CommandOptions): Promise<Output> {
  const fault = await api.post<Fault>(PATH, toNewFault(options)).catch((error) => {
    throw error instanceof Failure && error.exitCode === EXIT.usage && error.code === 'BAD_REQUEST'
      ? usage(toOptionNames(error.message), SEE_HELP)
      : error;
  });
  return { text: `${fault.id}  ${describe(fault)}`, json: fault };
}

async function clear(api: EmulatorApi, id: string | undefined): Promise<Output> {
  const path = id === undefined ? PATH : `${PATH}/${encodeURIComponent(id)}`;
  const cure = cureWith({ NOT_FOUND: 'See which ones wait with npx biot-plugin faults.' });
  const answer = await api.delete<{ cleared: number }>(path).catch(cure);
  const text = `Cleared ${answer.cleared} ${answer.cleared === 1 ? 'fault' : 'faults'}`;
  return { text, json: answer };
}

/** What each option is called there; the local BioT says what is wrong with them. */
function toNewFault({ service, route, kind, code, ...options }: CommandOptions): object {
  const numbers = {
    count: toNumber('count', options.count),
    status: toNumber('status', options.status),
    retryAfterSeconds: toNumber('retry-after', options.retryAfter),
    ms: toNumber('ms', options.ms),
    seconds: toNumber('seconds', options.seconds),
  };
  const meant = kind ?? (options.status === undefined ? undefined : 'status');
  const given = Object.entries({ service, route, kind: meant, code, ...numbers });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function toNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw usage(`--${flag} must be a whole number, not ${text}`, SEE_HELP);
}

/** Without `add` they would be lost, and whoever gave them would believe that a fault waits. */
function refuseOptions(options: CommandOptions): void {
  const flags = Object.keys(options).map(toFlag);
  if (flags.length === 0) return;
  const [last, others] = [flags.at(-1), flags.slice(0, -1).join(', ')];
  const verb = others ? 'belong' : 'belongs';
  throw usage(`${others ? `${others} and ${last}` : last} ${verb} to: faults add`, SEE_HELP);
}

/** The local BioT names fields; here they are options. */
const toOptionNames = (message: string): string =>
  message
    .replace(/^(service|route|kind|count|status|code|retryAfterSeconds|ms|seconds)(?= )/, toFlag)
    .replace(/(?<=^--kind \S+ needs )\w+/, toFlag)
    .replace(/(?<=does not have ).+/, (names) => names.split(', ').map(toFlag).join(', '));

const toFlag = (name: string): string =>
  name === 'retryAfterSeconds' || name === 'retryAfter' ? '--retry-after' : `--${name}`;

/** Like `status 503 SERVICE_UNAVAILABLE for the next 2 calls of POST /organization/v1/users/patients`. */
function describe(fault: Fault): string {
  const { service, route, count } = fault;
  const where = route === undefined ? `the service ${service}` : `${route} (${service})`;
  return `${describeEffect(fault)} for the next ${count === 1 ? 'call' : `${count} calls`} of ${where}`;
}

const usage = (message: string, cure: string) =>
  new Failure({ code: 'USAGE', exitCode: EXIT.usage, message, cure });
