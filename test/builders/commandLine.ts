import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ProgramResult, runProgram } from '../../deploy/runProgram.ts';

export type Environment = Record<string, string | undefined>;

/** Nothing of the tester's own settings, but for what programs need to be found. */
const bareEnvironment = (more: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...(process.env.DOCKER_HOST && { DOCKER_HOST: process.env.DOCKER_HOST }),
  ...more,
});

/** Runs `biot-plugin` of a project as a person without a terminal would. */
export function runCommandLine(
  projectRoot: string,
  args: string[],
  { env = {}, input }: { env?: Environment; input?: string } = {},
): Promise<ProgramResult> {
  const program = join(projectRoot, 'cli/biot-plugin.mjs');
  return runProgram(process.execPath, [program, ...args], {
    cwd: projectRoot,
    env: bareEnvironment(env),
    ...(input !== undefined && { input }),
  });
}

/** Runs a script of the project's root. */
export function runScript(
  projectRoot: string,
  args: string[],
  env: Environment = {},
): Promise<ProgramResult> {
  const [script = '', ...rest] = args;
  return runProgram(join(projectRoot, script), rest, { cwd: projectRoot, env: bareEnvironment(env) });
}

export type RunningEmulator = {
  baseUrl: string;
  username: string;
  password: string;
  registry: string | null;
  ecrEndpoint: string;
  /** What the commands need to know to talk to it. */
  env: Environment;
  /** All that it wrote to standard error so far. */
  told(): string;
  /** Ctrl-C; resolves with its exit code. */
  interrupt(): Promise<number | null>;
  /** `kill -9`; resolves when it has ended. */
  kill(): Promise<void>;
};

/** `biot-plugin emulator` as a process of its own, on free ports. */
export async function startEmulatorProcess(
  projectRoot: string,
  args: string[] = [],
  env: Environment = {},
): Promise<RunningEmulator> {
  const program = join(projectRoot, 'cli/biot-plugin.mjs');
  const all = [program, 'emulator', '--json', '--port', '0', '--registry-port', '0', ...args];
  const child = spawn(process.execPath, all, {
    env: bareEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk;
  });
  const exit = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as Omit<RunningEmulator, 'env' | 'told' | 'interrupt' | 'kill'>;
  return {
    ...ready,
    told: () => told,
    env: {
      BIOT_CLI_BASE_URL: ready.baseUrl,
      BIOT_CLI_USERNAME: ready.username,
      BIOT_CLI_PASSWORD: ready.password,
      AWS_ENDPOINT_URL_ECR: ready.ecrEndpoint,
    },
    async interrupt() {
      child.kill('SIGINT');
      const [code] = (await exit) as [number | null];
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Calls the local BioT's API as its user. */
export async function createApiCaller({ baseUrl, username, password }: RunningEmulator) {
  const send = async (
    method: string,
    path: string,
    { body, token }: { body?: unknown; token?: string } = {},
  ) => {
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(baseUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    };
  };
  const login = await send('POST', '/ums/v2/users/login', { body: { username, password } });
  const token = login.body.accessJwt.token as string;
  return (method: string, path: string, body?: unknown) =>
    send(method, path, { token, ...(body !== undefined && { body }) });
}
