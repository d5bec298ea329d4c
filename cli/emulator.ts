import { resolve as resolvePath } from 'node:path';
import { EXIT, Failure } from '../deploy/failure.ts';
import type { Emulator } from '../emulator/index.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { CommandOptions } from './commandSpec.ts';
import { createSeed } from './createSeed.ts';

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
    example: 'biot-plugin emulator --port 4700',
    options: [
      ...EMULATOR_FLAGS,
      ['--launcher <launcher>', 'what runs the plugins: auto, docker or process (default: auto)'],
      ['--concurrency <count>', 'how many events a plugin may work on at once; over it 429 (default: 10)'],
    ],
    isLongLived: true,
    async run(session, _args, options) {
      const ended = waitForEnd(session.signal);
      const { startEmulator } = await import('../emulator/index.ts');
      const { projectRoot, env, isJson, say, show, signal } = session;
      const seed = createSeed({ projectRoot, env, signal, onOutput: show });
      const started = startEmulator({ projectRoot, seed, ...toEmulatorOptions(options), log: say });
      const emulator = await started.catch(explainStart);

      process.stdout.write(
        isJson ? `${JSON.stringify(toReadyLine(emulator))}\n` : toReadyText(emulator, options),
      );
      await ended;
      await emulator.close();
      return undefined;
    },
  });
}

/** Until the signal, or until whoever started this is gone. */
export function waitForEnd(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
    // npx passes a SIGTERM on to a shell only, which then leaves its child behind.
    const parent = process.ppid;
    const watch = () => process.ppid !== parent && process.emit('SIGTERM');
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
    ...(options.concurrency && { concurrency: toCount('--concurrency', options.concurrency) }),
    launcher,
  };
}

function toCount(flag: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw usage(`${flag} must be a number from 1 to 9999`);
}

/** @throws Failure that names the flag */
export function toPort(flag: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`${flag} must be a number from 0 to 65535`);
}

const CURES: Record<string, string> = {
  EADDRINUSE: 'Another local BioT? End it, or choose other ports with --port and --registry-port.',
  DATA_IN_USE: 'End the other one, or choose another directory with --data.',
  DATA_FULL: 'Make room there, or choose another directory with --data. Nothing in this one was lost.',
  DATA_FOREIGN: 'Choose a new or empty directory with --data. Nothing in this one was changed.',
  DATA_UNREADABLE: 'Choose another directory with --data. Nothing in this one was changed.',
  DATA_UNSUPPORTED: 'Run it with npx biot-plugin, which brings its own Node, or leave --data out.',
};

/** What stands in the way of a start, for a person. */
export function explainStart(error: NodeJS.ErrnoException): never {
  const cure = CURES[error.code ?? ''];
  if (!error.code || !cure) throw error;
  const isPort = error.code === 'EADDRINUSE';
  const code = isPort ? 'PORT_IN_USE' : error.code;
  const message = isPort ? `Something listens there already (${error.message})` : error.message;
  throw new Failure({ code, exitCode: EXIT.failed, message, cure }, { cause: error });
}

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
    `Ctrl-C ends it. ${data ? `All it holds is kept in ${resolvePath(data)}.` : 'All it holds is in memory.'}`,
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
