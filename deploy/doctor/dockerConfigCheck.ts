import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../runProgram.ts';
import { type Finding, ok, type Patient, warning } from './check.ts';

const PATIENCE_MS = 10_000;

type DockerConfig = { credsStore?: unknown; credHelpers?: Record<string, unknown> };

/** Helpers that do not work are common where Docker Desktop was; the commands here need none. */
export async function checkCredentialHelper({
  env,
  signal,
}: Pick<Patient, 'env' | 'signal'>): Promise<Finding> {
  const path = join(env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker'), 'config.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const config = parse(text);
  if (!config) return warning(`${path} is not JSON`, 'Mend it: docker itself does not start with it.');
  const { credsStore, credHelpers = {} } = config;
  const helpers = new Set(
    [credsStore, ...Object.values(credHelpers)].filter((name) => typeof name === 'string'),
  );
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const broken: string[] = [];
  for (const helper of helpers) {
    const name = `docker-credential-${helper}`;
    const { code } = await runProgram(name, ['list'], { env, signal: limit });
    if (code !== 0) broken.push(name);
  }
  if (broken.length === 0)
    return ok(helpers.size > 0 ? `${[...helpers].join(', ')} works` : 'No credential helper');
  return warning(
    `${broken.join(', ')} in ${path} does not work. It does not matter to login and push, which use none`,
    'If a build cannot pull its base image, take the helper out of that file.',
  );
}

function parse(text: string): DockerConfig | undefined {
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    return undefined;
  }
}
