import { isLoopback, prepareDockerConfig, writeAuth } from './dockerConfig.ts';
import { EXIT, Failure } from './failure.ts';
import { type ProgramResult, runProgram } from './runProgram.ts';

export const PLATFORM = 'linux/amd64';

/** The docker that is first on the PATH, twice: as the user has set it up, and with a configuration of our own. */
export type Docker = {
  version: string;
  /** Podman's `docker` wants to be told which registries have no TLS. */
  isPodman: boolean;
  /** With the user's configuration: their builders and logins count. Nothing is written to it. */
  run(args: string[], onOutput?: (text: string) => void): Promise<ProgramResult>;
  /** With our configuration, which knows one registry and no credential helper. */
  runLoggedIn(
    args: string[],
    options?: { input?: string | Buffer; onOutput?(text: string): void },
  ): Promise<ProgramResult>;
  /** Does its `build` know this option? */
  buildKnows(option: string): Promise<boolean>;
};

/** BioT does not let a plugin that is deployed become the other. */
export const NO_DOCKER_CURE =
  'Install Docker. A new plugin can be a ZIP ("deploymentPackageType" in plugin.json), which needs none; one deployed as IMAGE stays so.';

/** `signal` ends whatever it does. @throws Failure when there is no docker, or no engine answers it */
export async function openDocker(
  stateDirectory: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Docker> {
  const shared = signal ? { signal } : {};
  const ownEnv = { ...env, ...(await prepareDockerConfig(stateDirectory, env)) };
  const run = (args: string[], onOutput?: (text: string) => void) =>
    runProgram('docker', args, { env, ...shared, ...(onOutput && { onOutput }) });
  const engine = await run(['version', '--format', '{{json .}}']);
  signal?.throwIfAborted();
  if (engine.code !== 0) throw noEngine(engine);

  const help = run(['build', '--help']);
  return {
    ...toVersion(engine.stdout),
    run,
    runLoggedIn: (args, options) => runProgram('docker', args, { env: ownEnv, ...shared, ...options }),
    buildKnows: async (option) => (await help).stdout.includes(option),
  };
}

type Versions = { Client?: { Version?: string }; Server?: { Version?: string; Components?: unknown } | null };

/** Podman without a machine has no server, and says nothing of components. Another engine may answer in words. */
function toVersion(said: string): Pick<Docker, 'version' | 'isPodman'> {
  try {
    const { Client, Server } = JSON.parse(said) as Versions;
    return { version: (Server ?? Client)?.Version ?? '', isPodman: !Server?.Components };
  } catch {
    return { version: firstLineOf(said), isPodman: false };
  }
}

function noEngine({ code, stderr }: ProgramResult): Failure {
  const isMissing = code === 127;
  return new Failure({
    code: 'NO_CONTAINER_ENGINE',
    exitCode: EXIT.noEngine,
    message: isMissing
      ? 'There is no docker on the PATH'
      : `No container engine answers: ${firstLineOf(stderr)}`,
    cure: isMissing ? NO_DOCKER_CURE : 'Start Docker and try again; `docker version` shows what it says.',
  });
}

export type Account = { registry: string; username: string; password: string };

/** `docker login` for one registry, remembered in our own configuration. @throws Failure when the registry refuses */
export async function loginToRegistry(
  docker: Docker,
  stateDirectory: string,
  account: Account,
): Promise<void> {
  const { registry, username, password } = account;
  await writeAuth(stateDirectory, registry);
  const args = [
    'login',
    ...withoutTls(docker, registry),
    '--username',
    username,
    '--password-stdin',
    registry,
  ];
  const { code, stderr } = await docker.runLoggedIn(args, { input: password });
  if (code === 0) return;
  throw new Failure({
    code: 'REGISTRY_LOGIN_FAILED',
    exitCode: EXIT.notPermitted,
    message: `${registry} did not accept the login: ${lastLineOf(stderr)}`,
    cure: 'Get new temporary credentials and run `npx biot-plugin login` again.',
  });
}

/** What Docker does by itself for a registry on this machine. */
export const withoutTls = ({ isPodman }: Docker, registry: string): string[] =>
  isPodman && isLoopback(registry) ? ['--tls-verify=false'] : [];

export const firstLineOf = (text: string): string => text.trim().split('\n')[0] ?? '';

export const lastLineOf = (text: string): string => text.trim().split('\n').at(-1) ?? '';
