import { loginToRegistry, openDocker } from './docker.ts';
import { writeAuth } from './dockerConfig.ts';
import { getRegistryLogin, type RegistryLogin } from './ecr.ts';
import { makeStateDirectory, type Repository, writeRepository } from './stateDirectory.ts';
import type { TempCredentials } from './tempCredentials.ts';

export type LoginOptions = {
  stateDirectory: string;
  env: NodeJS.ProcessEnv;
  ecrEndpoint?: string | undefined;
  /** The BioT that gives the credentials; absent when they come from a file. */
  baseUrl?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told before each wait for an ECR that is overloaded. */
  onRetry?: ((line: string) => void) | undefined;
};

/** Temporary credentials → ECR's docker password → docker login; remembers the repository. @throws Failure */
export async function login(
  temporary: () => Promise<TempCredentials>,
  options: LoginOptions,
): Promise<Repository> {
  const stateDirectory = await makeStateDirectory(options.stateDirectory);
  // Before the credentials: without an engine they are no use.
  const docker = await openDocker(stateDirectory, options.env, options.signal);
  return logIn(temporary, options, (account) => loginToRegistry(docker, stateDirectory, account));
}

/** The same without docker: it finds the password when it pushes, and the registry's own API needs no docker. */
export const loginWithoutDocker = (
  temporary: () => Promise<TempCredentials>,
  options: LoginOptions,
): Promise<Repository> =>
  logIn(temporary, options, ({ registry, username, password }) => {
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    return writeAuth(options.stateDirectory, registry, auth);
  });

async function logIn(
  temporary: () => Promise<TempCredentials>,
  { stateDirectory, env, ecrEndpoint, baseUrl, signal, onRetry }: LoginOptions,
  keep: (account: RegistryLogin) => Promise<void>,
): Promise<Repository> {
  const credentials = await temporary();
  const account = await getRegistryLogin(credentials, { endpoint: ecrEndpoint, env, signal, onRetry });
  await keep(account);

  const repository: Repository = {
    repositoryUri: credentials.repositoryUri,
    region: credentials.region,
    ...(baseUrl !== undefined && { baseUrl }),
    loggedInAt: new Date().toISOString(),
    expiresAt: account.expiresAt.toISOString(),
  };
  await writeRepository(stateDirectory, repository);
  return repository;
}
