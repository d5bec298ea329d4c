import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand, withEnvironment } from '../command.ts';
import type { PluginConfig } from '../state.ts';
import type { Launched } from './environment.ts';

const MB_PER_CPU = 1769;
const INIT_CPUS = 2;
const NETWORK_TRIES = 25;
const NETWORK_PAUSE_MS = 200;

/** Where the emulator's own containers live. */
export type DockerHost = {
  /** Docker's version, like `28.2.2`. */
  version: string;
  network: string;
  /** The address under which a container reaches this machine, and on which to listen for it. */
  containerToHost: string;
  listenAddress: string;
  /** @throws Error when the registry does not have the image */
  pull(reference: string, login: { user: string; password: string }): Promise<void>;
  /** Removes the reference that `pull` made; the image stays while something else names it. */
  forget(reference: string): Promise<void>;
  launch(spec: ContainerSpec): Launched;
  close(): Promise<void>;
};

export type ContainerSpec = {
  reference: string;
  config: Pick<PluginConfig, 'memorySize' | 'ephemeralStorage'>;
  variables: Record<string, string>;
  onOutput(text: string): void;
};

/** A network for the containers that leads to this machine and nowhere else; undefined when no engine answers. */
export async function openDockerHost(): Promise<DockerHost | undefined> {
  const server = await runCommand('docker', ['version', '--format', '{{.Server.Version}}']);
  if (server.code !== 0) return undefined;
  const id = randomBytes(4).toString('hex');
  const network = `biot-local-${id}`;
  const workDirectory = await mkdtemp(join(tmpdir(), 'biot-local-'));
  const addresses = await openNetwork(network);
  const containers = new Set<string>();

  return {
    version: server.stdout.trim(),
    network: addresses.network,
    containerToHost: addresses.containerToHost,
    listenAddress: addresses.listenAddress,
    pull: (reference, login) => pull(workDirectory, reference, login),
    forget: async (reference) => void (await runCommand('docker', ['rmi', reference])),
    launch(spec) {
      const name = `biot-local-${id}-${randomBytes(4).toString('hex')}`;
      containers.add(name);
      const launched = launch(spec, { name, network: addresses.network, workDirectory });
      void launched.exited.then(() => containers.delete(name));
      return launched;
    },
    async close() {
      if (containers.size > 0) await runCommand('docker', ['rm', '--force', ...containers]);
      await removeNetwork(network);
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}

// Refused while a container that is just being removed still hangs on it.
async function removeNetwork(network: string): Promise<void> {
  for (let tries = 0; tries < NETWORK_TRIES; tries++) {
    if ((await runCommand('docker', ['network', 'rm', network])).code === 0) return;
    await sleep(NETWORK_PAUSE_MS);
  }
}

type Addresses = Pick<DockerHost, 'network' | 'containerToHost' | 'listenAddress'>;

// Where the engine runs on this machine, the gateway of an internal network is this machine and nothing lies behind it.
// Where it runs in a virtual machine (Docker Desktop, Colima), only the engine's own name for the host leads here.
async function openNetwork(network: string): Promise<Addresses> {
  await runCommand('docker', ['network', 'create', '--internal', network]);
  const format = '{{range .IPAM.Config}}{{.Gateway}}{{end}}';
  const gateway = (
    await runCommand('docker', ['network', 'inspect', '--format', format, network])
  ).stdout.trim();
  if (gateway && (await canListenOn(gateway))) {
    return { network, containerToHost: gateway, listenAddress: gateway };
  }
  return { network: 'bridge', containerToHost: 'host.docker.internal', listenAddress: '127.0.0.1' };
}

/** Is the address one of this machine's? Asked by listening: an interface without containers is listed nowhere. */
function canListenOn(address: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

async function pull(
  directory: string,
  reference: string,
  { user, password }: { user: string; password: string },
): Promise<void> {
  // A configuration of our own, so that no credential helper of the user's is asked and nothing is written to theirs.
  const registry = reference.split('/')[0] ?? '';
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  await writeFile(join(directory, 'config.json'), JSON.stringify({ auths: { [registry]: { auth } } }), {
    mode: 0o600,
  });
  const env = withEnvironment({ DOCKER_CONFIG: directory });
  const pulled = await runCommand('docker', ['pull', '--quiet', reference], { env });
  if (pulled.code !== 0) throw new Error(`docker pull ${reference}: ${pulled.stderr.trim()}`);
}

type Place = { name: string; network: string; workDirectory: string };

function launch({ reference, config, variables, onOutput }: ContainerSpec, place: Place): Launched {
  const { args, files, env } = toEnvironmentArguments(
    variables,
    join(place.workDirectory, `${place.name}.env`),
  );
  const exited = files
    .then(() => run(['run', ...toRunArguments(config, place), ...args, reference], env, onOutput))
    .finally(() => rm(join(place.workDirectory, `${place.name}.env`), { force: true }))
    .catch((error: Error) => error.message);

  return {
    exited,
    async onInitialised() {
      const cpus = (config.memorySize / MB_PER_CPU).toFixed(3);
      await runCommand('docker', ['update', '--cpus', cpus, place.name]);
    },
    kill: () => void runCommand('docker', ['rm', '--force', place.name]),
  };
}

/** What Lambda does to an image: no user but its own, nothing writable but /tmp, no privileges, its share of memory. */
function toRunArguments({ memorySize, ephemeralStorage }: ContainerSpec['config'], place: Place): string[] {
  const cpus = Math.min(INIT_CPUS, availableParallelism());
  return [
    ...['--rm', '--name', place.name, '--network', place.network, '--platform', 'linux/amd64'],
    ...['--user', '993:990', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--tmpfs', `/tmp:rw,exec,mode=1777,size=${ephemeralStorage}m`, '--ulimit', 'nofile=1024:1024'],
    ...['--memory', `${memorySize}m`, '--memory-swap', `${memorySize}m`, '--cpus', String(cpus)],
  ];
}

// An environment file cannot hold a line break; such a value goes by the environment of docker's own client.
function toEnvironmentArguments(variables: Record<string, string>, file: string) {
  const entries = Object.entries(variables);
  const lines = entries.filter(([, value]) => !value.includes('\n'));
  const others = entries.filter(([, value]) => value.includes('\n'));
  const text = lines.map(([name, value]) => `${name}=${value}\n`).join('');
  return {
    args: ['--env-file', file, ...others.flatMap(([name]) => ['--env', name])],
    files: writeFile(file, text, { mode: 0o600 }),
    env: withEnvironment(Object.fromEntries(others)),
  };
}

function run(
  args: string[],
  env: Record<string, string | undefined>,
  onOutput: (text: string) => void,
): Promise<string> {
  return new Promise((resolve) => {
    // Detached: a Ctrl-C in the terminal is for the emulator, which then ends its containers itself.
    const child = spawn('docker', args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(toExitReason(code ?? 1)));
  });
}

function toExitReason(code: number): string {
  if (code === 0) return '';
  return code === 137 ? 'signal: killed' : `exit status ${code}`;
}
