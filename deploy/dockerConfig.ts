import { cp, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeStateDirectory } from './stateDirectory.ts';

/** Docker's `config.json`, as far as it matters here. */
type DockerConfig = {
  auths?: Record<string, { auth?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
  cliPluginsExtraDirs?: string[];
};

/** As docker decides it: such a registry is spoken to without TLS. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host);

/** The folder of our own docker configuration. */
export const toConfigDirectory = (stateDirectory: string): string => join(stateDirectory, 'docker');

/**
 * Makes or renews a docker configuration of our own, and returns what names it to docker. It says what the user's
 * says, contexts, proxies and plugins, but for logins and the programs that keep them: it has only its own.
 */
export async function prepareDockerConfig(
  stateDirectory: string,
  env: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const directory = await makeStateDirectory(toConfigDirectory(stateDirectory));
  const users = toUsersDirectory(env);
  const { auths: _auths, credsStore: _store, credHelpers: _helpers, ...rest } = await readConfig(users);
  const { auths = {} } = await readConfig(directory);
  const plugins = [join(users, 'cli-plugins'), ...(rest.cliPluginsExtraDirs ?? [])];
  await writeConfig(directory, { ...rest, cliPluginsExtraDirs: plugins, auths });
  await linkFolder(join(users, 'contexts'), join(directory, 'contexts'));
  const usesTls = env.DOCKER_TLS_VERIFY || env.DOCKER_TLS;
  return {
    DOCKER_CONFIG: directory,
    REGISTRY_AUTH_FILE: join(directory, 'config.json'), // podman's name for it
    ...(usesTls && !env.DOCKER_CERT_PATH && { DOCKER_CERT_PATH: users }),
  };
}

/**
 * The registry is named even without `auth`, as `docker login` then keeps the password in this file (0600) and looks
 * for no credential store, many of which refuse ECR's long passwords.
 */
export async function writeAuth(stateDirectory: string, registry: string, auth?: string): Promise<void> {
  const directory = await makeStateDirectory(toConfigDirectory(stateDirectory));
  const config = await readConfig(directory);
  await writeConfig(directory, { ...config, auths: { [registry]: auth ? { auth } : {} } });
}

/** `user:password` in base64. */
export async function readAuth(stateDirectory: string, registry: string): Promise<string | undefined> {
  return (await readConfig(toConfigDirectory(stateDirectory))).auths?.[registry]?.auth;
}

function toUsersDirectory(env: NodeJS.ProcessEnv): string {
  const home = (process.platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
  return resolve(env.DOCKER_CONFIG || join(home, '.docker'));
}

/** Empty when there is none that can be read: docker takes it that way too. */
async function readConfig(directory: string): Promise<DockerConfig> {
  const text = await readFile(join(directory, 'config.json'), 'utf8').catch(() => '{}');
  try {
    return Object(JSON.parse(text)) as DockerConfig;
  } catch {
    return {};
  }
}

// A new file each time: the modes of an old one would stay. Docker may read it at any moment.
async function writeConfig(directory: string, config: DockerConfig): Promise<void> {
  const path = join(directory, 'config.json');
  const aside = `${path}.${process.pid}`;
  await rm(aside, { force: true });
  await writeFile(aside, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await rename(aside, path);
}

/** A copy where the file system has no links. Docker only reads what is in it: addresses, and keys for TLS. */
async function linkFolder(from: string, to: string): Promise<void> {
  if ((await readlink(to).catch(() => undefined)) === from) return;
  await rm(to, { recursive: true, force: true });
  if (!(await stat(from).catch(() => undefined))) return;
  await symlink(from, to, 'junction').catch(async ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EEXIST') await cp(from, to, { recursive: true }); // or another command has just made it
  });
}
