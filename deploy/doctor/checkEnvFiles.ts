import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Finding, ok, type Patient, warning } from './check.ts';

const OURS = /^(BIOT_CLI_|AWS_ENDPOINT_URL_ECR$)/;

/** In the order in which they win. */
type Source = { name: string; variables: NodeJS.ProcessEnv };

/** Which variables come from where; never their values. */
export async function checkEnvFiles(patient: Patient): Promise<Finding> {
  const sources = await readSources(patient);
  const origins = toOrigins(sources);
  if (origins.size === 0)
    return warning(
      'No BIOT_CLI_ variable is set, so that no BioT can be called: deploy would fail at once',
      'Copy .env.example to .env.local and fill it in, or set what npx biot-plugin emulator prints.',
    );
  const clashes = [...origins].flatMap(([variable, found]) => toClash(variable, found) ?? []);
  if (clashes.length > 0) return warning(clashes.join('; '), 'Take out what you do not mean.');
  return ok([...origins].map(([variable, [first]]) => `${variable} (${first?.name})`).join(', '));
}

async function readSources({ projectRoot, environmentName, env }: Patient): Promise<Source[]> {
  const base = environmentName === undefined ? '.env' : `.env.${environmentName}`;
  const files = await Promise.all(
    [`${base}.local`, base].map(async (name) => ({ name, variables: await read(join(projectRoot, name)) })),
  );
  return [{ name: 'the environment', variables: env }, ...files];
}

const read = async (path: string): Promise<NodeJS.ProcessEnv> =>
  parseEnv(await readFile(path, 'utf8').catch(() => ''));

function toOrigins(sources: Source[]): Map<string, Source[]> {
  const names = new Set(
    sources.flatMap(({ variables }) => Object.keys(variables)).filter((name) => OURS.test(name)),
  );
  const setIn = (name: string) => sources.filter(({ variables }) => variables[name]?.trim());
  const origins = [...names].toSorted().map((name) => [name, setIn(name)] as const);
  return new Map(origins.filter(([, found]) => found.length > 0));
}

function toClash(variable: string, [first, ...others]: Source[]): string | undefined {
  const value = first?.variables[variable];
  const other = others.find(({ variables }) => variables[variable] !== value);
  return other && `${variable} is in ${first?.name} and, different, in ${other.name}: ${first?.name} wins`;
}
