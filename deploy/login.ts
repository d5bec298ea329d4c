import { loginToRegistry, openDocker } from './docker.ts';
import { getRegistryLogin } from './ecr.ts';
import { makeStateDirectory, type Repository, writeRepository } from './stateDirectory.ts';
import type { TempCredentials } from './tempCredentials.ts';

export type LoginOptions = {
  stateDirectory: string;
  env: NodeJS.ProcessEnv;
  ecrEndpoint?: string | undefined;
};

/** Temporary credentials → ECR's docker password → docker login; remembers the repository. @throws Failure */
export async function login(
  temporary: () => Promise<TempCredentials>,
  options: LoginOptions,
): Promise<Repository> {
  const { env, ecrEndpoint } = options;
  const stateDirectory = await makeStateDirectory(options.stateDirectory);
  const docker = await openDocker(stateDirectory, env); // before the credentials: without an engine they are no use

  const credentials = await temporary();
  const registryLogin = await getRegistryLogin(credentials, { endpoint: ecrEndpoint, env });
  await loginToRegistry(docker, stateDirectory, registryLogin);

  const { repositoryUri, region } = credentials;
  const repository = { repositoryUri, region, loggedInAt: new Date().toISOString() };
  await writeRepository(stateDirectory, repository);
  return repository;
}
