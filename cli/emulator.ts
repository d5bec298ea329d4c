import { resolve as resolvePath } from 'node:path';
import { EXIT, Failure } from '../deploy/failure.ts';
import type { Emulator } from '../emulator/index.ts';
import { addCommand, type CommandLine, type CommandOptions } from './addCommand.ts';

const PARENT_POLL_MS = 500;
const LAUNCHERS = ['auto', 'docker', 'process'] as const;

/** What can be said of any local BioT. */
export const EMULATOR_FLAGS: [flags: string, meaning: string][] = [
  ['--port <port>', 'its API; 0 is any free port (default: 4700)'],
  ['--registry-port <port>', 'its docker registry; 0 is any free port (default: 4701)'],
  ['--host <address>', 'where it listens (default: 127.0.0.1)'],
  ['--data <directory>', 'where it keeps what it holds (default: in memory)'],
];

export function addEmulator(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'emulator',
    summary: 'run a BioT on this machine until Ctrl-C',
    example: 'biot-plugin emulator --port 4700',
    options: [
      ...EMULATOR_FLAGS,
      ['--launcher <launcher>', 'what runs the plugins: auto, docker or process (default: auto)'],
    ],
    async run(session, _args, options) {
      process.removeAllListeners('SIGINT');
      const ended = waitForEnd();
      const { startEmulator } = await import('../emulator/index.ts');
      const { projectRoot, isJson, say } = session;
      const emulator = await startEmulator({ projectRoot, ...toEmulatorOptions(options), log: say }).catch(
        explainStart,
      );

      process.stdout.write(
        isJson ? `${JSON.stringify(toReadyLine(emulator))}\n` : toReadyText(emulator, options),
      );
      await ended;
      await emulator.close();
      return undefined;
    },
  });
}

/** Until Ctrl-C, or until whoever started this is gone. */
export function waitForEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve()); // npm repeats it
    // npx passes a SIGTERM on to a shell only, which then leaves its child behind.
    const parent = process.ppid;
    const watch = () => process.ppid !== parent && resolve();
    if (process.env.npm_command) setInterval(watch, PARENT_POLL_MS).unref();
  });
}

/** @throws Failure that names the flag */
export function toEmulatorOptions(options: CommandOptions) {
  const launcher = LAUNCHERS.find((name) => name === (options.launcher ?? 'auto'));
  if (!launcher) throw usage(`--launcher must be one of ${LAUNCHERS.join(', ')}`);
  return {
    port: toPort('--port', options.port ?? '4700'),
    registryPort: toPort('--registry-port', options.registryPort ?? '4701'),
    host: options.host ?? '127.0.0.1',
    ...(options.data && { dataDirectory: resolvePath(options.data) }),
    launcher,
  };
}

/** @throws Failure that names the flag */
export function toPort(flag: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`${flag} must be a number from 0 to 65535`);
}

/** What stands in the way of a start, for a person. */
export function explainStart(error: NodeJS.ErrnoException): never {
  const { message } = error;
  if (error.code === 'EADDRINUSE') {
    const cure = 'Another local BioT? End it, or choose other ports with --port and --registry-port.';
    throw cannotStart(error, {
      code: 'PORT_IN_USE',
      message: `Something listens there already (${message})`,
      cure,
    });
  }
  if (error.name === 'DataInUse')
    throw cannotStart(error, { code: 'DATA_IN_USE', message, cure: 'End it, or choose another directory.' });
  throw error;
}

const cannotStart = (cause: Error, failure: { code: string; message: string; cure: string }) =>
  new Failure({ ...failure, exitCode: EXIT.failed }, { cause });

const usage = (message: string) =>
  new Failure({ code: 'USAGE', exitCode: EXIT.usage, message, cure: 'See npx biot-plugin emulator --help' });

/** The line that `--json` promises. */
export function toReadyLine({ baseUrl, username, password, registry, ecrEndpoint }: Emulator): object {
  return { ready: true, baseUrl, username, password, registry, ecrEndpoint };
}

function toReadyText(emulator: Emulator, { data }: CommandOptions): string {
  const { baseUrl, registry, engine } = emulator;
  return [
    `The local BioT is at ${baseUrl}, its registry at ${registry ?? '(none: images cannot be pushed)'}.`,
    engine ? `Plugins run in docker ${engine}.` : 'No container engine answers: only ZIP plugins can run.',
    toExports(emulator),
    `Ctrl-C ends it. ${data ? `All it holds is kept in ${data}.` : 'All it holds is in memory.'}`,
    '',
  ].join('\n');
}

/** What another terminal needs to know to talk to it. */
export function toExports({ baseUrl, username, password, ecrEndpoint }: Emulator): string {
  return [
    'In another terminal:',
    '',
    `  export BIOT_CLI_BASE_URL=${baseUrl}`,
    `  export BIOT_CLI_USERNAME=${username}`,
    `  export BIOT_CLI_PASSWORD=${password}`,
    `  export AWS_ENDPOINT_URL_ECR=${ecrEndpoint}`,
    '',
  ].join('\n');
}
