import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { spawnWithParent } from '../spawnWithParent.ts';

const IMAGE = 'registry:2';
const START_TIMEOUT_MS = 15_000;
const POLL_MS = 10;

export type RegistryServerOptions = {
  port: number;
  /** Where images are kept, and the server's own files. */
  directory: string;
  /** Of the file with who may log in. */
  htpasswd: string;
};

/** Ends the server. */
export type Stop = () => Promise<void>;

/** The registry's program, or else its image. Both end with this process. Undefined when neither is here. */
export async function startRegistryServer(options: RegistryServerOptions): Promise<Stop | undefined> {
  await mkdir(join(options.directory, 'data'), { recursive: true });
  return (await startProgram(options)) ?? (await startContainer(options));
}

async function startProgram({ port, directory, htpasswd }: RegistryServerOptions): Promise<Stop | undefined> {
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(directory, 'data') }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}` },
    auth: { htpasswd: { realm: 'biot', path: htpasswd } },
  };
  const file = join(directory, 'config.yml');
  await writeFile(file, JSON.stringify(config)); // JSON is YAML
  for (const program of ['docker-registry', 'registry']) {
    const child = spawnWithParent(program, ['serve', file]);
    if (await answers(port, child)) return () => endProcess(child);
    await endProcess(child);
  }
  return undefined;
}

async function startContainer(options: RegistryServerOptions): Promise<Stop | undefined> {
  const { port, directory, htpasswd } = options;
  const hasImage = (await runCommand('docker', ['image', 'inspect', IMAGE])).code === 0;
  if (!hasImage && (await runCommand('docker', ['pull', '--quiet', IMAGE])).code !== 0) return undefined;
  const name = `biot-registry-${randomBytes(4).toString('hex')}`;
  const variables = [
    'REGISTRY_STORAGE_DELETE_ENABLED=true',
    'REGISTRY_AUTH=htpasswd',
    'REGISTRY_AUTH_HTPASSWD_REALM=biot',
    'REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd',
  ];
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : [];
  // In the foreground: the end of `docker run` by a signal is the container's end too.
  const child = spawnWithParent('docker', [
    ...['run', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:5000`],
    ...user,
    ...['--volume', `${htpasswd}:/auth/htpasswd:ro`],
    ...['--volume', `${join(directory, 'data')}:/var/lib/registry`],
    ...variables.flatMap((variable) => ['--env', variable]),
    IMAGE,
  ]);
  const stop = async () => void (await runCommand('docker', ['rm', '--force', name]));
  if (await answers(port, child)) return stop;
  await stop();
  return undefined;
}

/** Does a registry answer there (401, as it is guarded) before its process ends or the time is over? */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  let hasEnded = false;
  for (const event of ['error', 'exit'])
    child.once(event, () => {
      hasEnded = true;
    });
  const end = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (hasEnded) return false;
    const status = await fetch(`http://127.0.0.1:${port}/v2/`).then(
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
