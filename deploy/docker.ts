import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, Failure } from './failure.ts';
import { type ProgramResult, runProgram } from './runProgram.ts';
import { makeStateDirectory } from './stateDirectory.ts';

export const PLATFORM = 'linux/amd64';

/** The docker that is first on the PATH, twice: as the user has set it up, and with a configuration of our own. */
export type Docker = {
  version: string;
  /** With the user's configuration: their builders and contexts count. Nothing is written to it. */
  run(args: string[], onOutput?: (text: string) => void): Promise<ProgramResult>;
  /** With our configuration, which knows one registry and no credential helper. */
  runLoggedIn(
    args: string[],
    options?: { input?: string; onOutput?(text: string): void },
  ): Promise<ProgramResult>;
  /** Does its `build` know this option? */
  buildKnows(option: string): Promise<boolean>;
};

/** `signal` ends whatever it does. @throws Failure when there is no docker, or no engine answers it */
export async function openDocker(
  stateDirectory: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Docker> {
  const shared = signal ? { signal } : {};
  const run = (args: string[], onOutput?: (text: string) => void) =>
    runProgram('docker', args, { env, ...shared, ...(onOutput && { onOutput }) });
  const version = await run(['version', '--format', '{{.Server.Version}}']);
  if (version.code !== 0) throw noEngine(version);

  const ownEnv = { ...env, ...(await findHost(env, run)), DOCKER_CONFIG: join(stateDirectory, 'docker') };
  const help = run(['build', '--help']);
  return {
    version: version.stdout.trim(),
    run,
    runLoggedIn: (args, options) => runProgram('docker', args, { env: ownEnv, ...shared, ...options }),
    buildKnows: async (option) => (await help).stdout.includes(option),
  };
}

// Our configuration has no contexts, so the engine of the user's current one is named to docker by its address.
async function findHost(env: NodeJS.ProcessEnv, run: Docker['run']): Promise<{ DOCKER_HOST?: string }> {
  if (env.DOCKER_HOST) return {};
  const context = await run(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const host = context.stdout.trim();
  return context.code === 0 && host ? { DOCKER_HOST: host } : {};
}

function noEngine({ code, stderr }: ProgramResult): Failure {
  const isMissing = code === 127;
  return new Failure({
    code: 'NO_CONTAINER_ENGINE',
    exitCode: EXIT.noEngine,
    message: isMissing
      ? 'There is no docker on the PATH'
      : `No container engine answers: ${firstLineOf(stderr)}`,
    cure: isMissing
      ? 'Install Docker, or set "deploymentPackageType": "ZIP" in plugin.json: a ZIP needs no engine.'
      : 'Start Docker and try again; `docker version` shows what it says.',
  });
}

/**
 * `docker login` for one registry. The registry is named in the configuration beforehand: docker then keeps the
 * password in that file (0600) and looks for no credential store, many of which refuse ECR's long passwords.
 * @throws Failure when the registry refuses
 */
export async function loginToRegistry(
  docker: Docker,
  stateDirectory: string,
  { registry, username, password }: { registry: string; username: string; password: string },
): Promise<void> {
  const directory = join(stateDirectory, 'docker');
  await makeStateDirectory(directory);
  await rm(join(directory, 'config.json'), { force: true }); // or the modes of an old one would stay
  const config = `${JSON.stringify({ auths: { [registry]: {} } })}\n`;
  await writeFile(join(directory, 'config.json'), config, { mode: 0o600 });

  const args = ['login', '--username', username, '--password-stdin', registry];
  const { code, stderr } = await docker.runLoggedIn(args, { input: password });
  if (code === 0) return;
  throw new Failure({
    code: 'REGISTRY_LOGIN_FAILED',
    exitCode: EXIT.notPermitted,
    message: `${registry} did not accept the login: ${lastLineOf(stderr)}`,
    cure: 'Get new temporary credentials and run `npx biot-plugin login` again.',
  });
}

export const firstLineOf = (text: string): string => text.trim().split('\n')[0] ?? '';

export const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';
