import { EXIT, Failure } from '../deploy/failure.ts';
import type { Emulator } from '../emulator/index.ts';
import { addCommand, type CommandLine, type CommandOptions } from './addCommand.ts';

const PARENT_POLL_MS = 500;
const LAUNCHERS = ['auto', 'docker', 'process'] as const;

export function addEmulator(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'emulator',
    summary: 'run a BioT on this machine until Ctrl-C',
    example: 'biot-plugin emulator --port 4700',
    options: [
      ['--port <port>', 'its API; 0 is any free port (default: 4700)'],
      ['--registry-port <port>', 'its docker registry; 0 is any free port (default: 4701)'],
      ['--host <address>', 'where it listens (default: 127.0.0.1)'],
      ['--launcher <launcher>', 'what runs the plugins: auto, docker or process (default: auto)'],
    ],
    async run(session, _args, options) {
      process.removeAllListeners('SIGINT');
      const ended = waitForEnd();
      const { startEmulator } = await import('../emulator/index.ts');
      const { projectRoot, isJson, say } = session;
      const emulator = await startEmulator({ projectRoot, ...toEmulatorOptions(options), log: say }).catch(
        explain,
      );

      process.stdout.write(isJson ? `${JSON.stringify(toReadyLine(emulator))}\n` : toReadyText(emulator));
      await ended;
      await emulator.close();
      return undefined;
    },
  });
}

function waitForEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
    // npx passes a SIGTERM on to a shell only, which then leaves its child behind.
    const parent = process.ppid;
    const watch = () => process.ppid !== parent && resolve();
    if (process.env.npm_command) setInterval(watch, PARENT_POLL_MS).unref();
  });
}

function toEmulatorOptions(options: CommandOptions) {
  const launcher = LAUNCHERS.find((name) => name === (options.launcher ?? 'auto'));
  if (!launcher) throw usage(`--launcher must be one of ${LAUNCHERS.join(', ')}`);
  return {
    port: toPort('--port', options.port ?? '4700'),
    registryPort: toPort('--registry-port', options.registryPort ?? '4701'),
    host: options.host ?? '127.0.0.1',
    launcher,
  };
}

function toPort(flag: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`${flag} must be a number from 0 to 65535`);
}

function explain(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new Failure(
    {
      code: 'PORT_IN_USE',
      exitCode: EXIT.failed,
      message: `Something listens there already (${error.message})`,
      cure: 'Another local BioT? End it, or choose other ports with --port and --registry-port.',
    },
    { cause: error },
  );
}

const usage = (message: string) =>
  new Failure({ code: 'USAGE', exitCode: EXIT.usage, message, cure: 'See npx biot-plugin emulator --help' });

function toReadyLine({ baseUrl, username, password, registry, ecrEndpoint }: Emulator): object {
  return { ready: true, baseUrl, username, password, registry, ecrEndpoint };
}

function toReadyText({ baseUrl, username, password, registry, ecrEndpoint, engine }: Emulator): string {
  return [
    `The local BioT is at ${baseUrl}, its registry at ${registry ?? '(none: images cannot be pushed)'}.`,
    engine ? `Plugins run in docker ${engine}.` : 'No container engine answers: only ZIP plugins can run.',
    'In another terminal:',
    '',
    `  export BIOT_CLI_BASE_URL=${baseUrl}`,
    `  export BIOT_CLI_USERNAME=${username}`,
    `  export BIOT_CLI_PASSWORD=${password}`,
    `  export AWS_ENDPOINT_URL_ECR=${ecrEndpoint}`,
    '',
    'Ctrl-C ends it. All it holds is in memory.',
    '',
  ].join('\n');
}
