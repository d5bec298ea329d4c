import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { runCommand } from '../command.ts';

const IMAGE = 'registry:2';
const START_TIMEOUT_MS = 15_000;
const POLL_MS = 50;
const ACCEPT = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** A real registry (CNCF Distribution) on loopback, guarded by the password that ECR's login hands out. */
export type Registry = {
  /** `127.0.0.1:port`, as docker names it. */
  host: string;
  repositoryUri: string;
  login: { user: string; password: string };
  /** The digest of the tag's manifest; undefined when the repository has no such tag. */
  resolve(tag: string): Promise<string | undefined>;
  close(): Promise<void>;
};

export type RegistryOptions = {
  /** 0 is any free one. */
  port: number;
  /** Where images are kept; a new folder that is removed at the end unless it is given. */
  directory: string | undefined;
  password: string;
};

/** Undefined when neither a registry program nor a container engine that has its image is here. */
export async function startRegistry(options: RegistryOptions): Promise<Registry | undefined> {
  const chosenPort = await takePort(options.port);
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'biot-registry-')));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const removeDirectory = async () => {
    if (!options.directory) await rm(directory, { recursive: true, force: true });
  };
  const host = `127.0.0.1:${chosenPort}`;
  const login = { user: 'AWS', password: options.password };
  await writeFile(join(directory, 'htpasswd'), `${login.user}:${await bcrypt.hash(login.password, 4)}\n`, {
    mode: 0o600,
  });

  const stop = (await startProgram(directory, host)) ?? (await startContainer(directory, chosenPort));
  if (!stop) return void (await removeDirectory());
  const repository = 'biot-plugins';
  const repositoryUri = `${host}/${repository}`;
  return {
    host,
    repositoryUri,
    login,
    async resolve(tag) {
      const digest = await readDigest(
        `http://${host}/v2/${repository}/manifests/${encodeURIComponent(tag)}`,
        login,
      );
      return digest;
    },
    async close() {
      await stop();
      await removeDirectory();
    },
  };
}

type Stop = () => Promise<void>;

async function startProgram(directory: string, host: string): Promise<Stop | undefined> {
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'biot', path: join(directory, 'htpasswd') } },
  };
  const file = join(directory, 'config.yml');
  await writeFile(file, JSON.stringify(config)); // JSON is YAML
  for (const program of ['docker-registry', 'registry']) {
    const child = spawn(program, ['serve', file], { stdio: 'ignore', detached: true });
    if (await answers(host, child)) return () => endProcess(child);
    await endProcess(child);
  }
  return undefined;
}

async function startContainer(directory: string, port: number): Promise<Stop | undefined> {
  const hasImage = (await runCommand('docker', ['image', 'inspect', IMAGE])).code === 0;
  if (!hasImage && (await runCommand('docker', ['pull', '--quiet', IMAGE])).code !== 0) return undefined;
  const name = `biot-registry-${randomBytes(4).toString('hex')}`;
  const auth = [
    'REGISTRY_AUTH=htpasswd',
    'REGISTRY_AUTH_HTPASSWD_REALM=biot',
    'REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd',
  ];
  const started = await runCommand('docker', [
    ...['run', '--detach', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:5000`],
    ...['--volume', `${join(directory, 'htpasswd')}:/auth/htpasswd:ro`],
    ...auth.flatMap((variable) => ['--env', variable]),
    IMAGE,
  ]);
  const stop = async () => void (await runCommand('docker', ['rm', '--force', name]));
  if (started.code === 0 && (await answers(`127.0.0.1:${port}`))) return stop;
  await stop();
  return undefined;
}

/** Does a registry answer there (401, as it is guarded) before its process ends or the time is over? */
async function answers(host: string, child?: ChildProcess): Promise<boolean> {
  let hasEnded = false;
  child?.once('error', () => {
    hasEnded = true;
  });
  child?.once('exit', () => {
    hasEnded = true;
  });
  const end = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (hasEnded) return false;
    const status = await fetch(`http://${host}/v2/`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 401) return true;
  }
  return false;
}

function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

async function readDigest(url: string, login: Registry['login']): Promise<string | undefined> {
  const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const answer = await fetch(url, { method: 'HEAD', headers: { authorization, accept: ACCEPT } });
  return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}

/** The port, or any free one for 0. @throws Error EADDRINUSE: what answers there is not ours */
async function takePort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
