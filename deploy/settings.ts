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

/** The process's environment beats `.env.local` beats `.env`. */
export async function readSettings(projectRoot: string, processEnv: NodeJS.ProcessEnv): Promise<Settings> {
  const files = await Promise.all(['.env', '.env.local'].map((name) => readEnvFile(join(projectRoot, name))));
  const read = (name: string) =>
    [processEnv, ...files.reverse()].map((env) => env[name]?.trim()).find(Boolean);
  const settings = {
    baseUrl: read('BIOT_CLI_BASE_URL')?.replace(/\/+$/, ''),
    token: read('BIOT_CLI_TOKEN'),
    username: read('BIOT_CLI_USERNAME'),
    password: read('BIOT_CLI_PASSWORD'),
    ecrEndpoint: read('AWS_ENDPOINT_URL_ECR'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

async function readEnvFile(path: string): Promise<NodeJS.ProcessEnv> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    const message = `${path} could not be read (${error.code})`;
    throw new Failure({ code: 'ENV_FILE', exitCode: EXIT.usage, message, cure: 'Check its permissions.' });
  });
  return parseEnv(text);
}
