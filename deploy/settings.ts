import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { EXIT, Failure } from './failure.ts';

/** What the commands need to know of the world around them. */
export type Settings = {
  /** API base of the BioT environment, without a trailing slash. */
  baseUrl?: string;
  token?: string;
  username?: string;
  password?: string;
  /** ECR endpoint other than AWS's. */
  ecrEndpoint?: string;
};

export type SettingsOptions = {
  projectRoot: string;
  processEnv: NodeJS.ProcessEnv;
  /** `--env NAME`: its files are read and those without a name are not, or a login would go to another BioT. */
  environmentName?: string | undefined;
};

/** The names and values that hold here: the process's environment beats `.env.local` beats `.env`. @throws Failure */
export async function readVariables(options: SettingsOptions): Promise<NodeJS.ProcessEnv> {
  const { projectRoot, processEnv, environmentName } = options;
  if (environmentName !== undefined) checkEnvironment(projectRoot, environmentName);
  const base = environmentName === undefined ? '.env' : `.env.${environmentName}`;
  const [file, local] = await Promise.all(
    [base, `${base}.local`].map((name) => readEnvFile(join(projectRoot, name))),
  );
  const set = Object.entries(processEnv).filter(([, value]) => value?.trim());
  return { ...file, ...local, ...Object.fromEntries(set) };
}

export function toSettings(variables: NodeJS.ProcessEnv): Settings {
  const read = (name: string) => variables[name]?.trim() || undefined;
  const settings = {
    baseUrl: read('BIOT_CLI_BASE_URL')?.replace(/\/+$/, ''),
    token: read('BIOT_CLI_TOKEN'),
    username: read('BIOT_CLI_USERNAME'),
    password: read('BIOT_CLI_PASSWORD'),
    ecrEndpoint: read('AWS_ENDPOINT_URL_ECR'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** A name without any file is a slip of the pen, and all that it is to keep apart would be mixed. */
function checkEnvironment(projectRoot: string, name: string): void {
  const files = [`plugin.${name}.json`, `.env.${name}`, `.env.${name}.local`];
  if (files.some((file) => existsSync(join(projectRoot, file)))) return;
  throw new Failure({
    code: 'UNKNOWN_ENV',
    exitCode: EXIT.usage,
    message: `There is no environment ${name}: neither ${files.join(' nor ')} is here`,
    cure: `Make plugin.${name}.json with what differs from plugin.json; {} will do.`,
  });
}

async function readEnvFile(path: string): Promise<NodeJS.ProcessEnv> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    const message = `${path} could not be read (${error.code})`;
    throw new Failure({ code: 'ENV_FILE', exitCode: EXIT.usage, message, cure: 'Check its permissions.' });
  });
  return parseEnv(text);
}
