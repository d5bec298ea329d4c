import { readFile } from 'node:fs/promises';
import type { BiotClient } from '../src/runtime/biot.ts';
import { EXIT, Failure } from './failure.ts';

const PATH = '/settings/v2/plugins/docker-repository/temp-credentials';

/** By how much AWS itself lets a clock be wrong. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** AWS credentials for the plugins' docker repository, good for an hour. `expiration` is ISO 8601. */
export type TempCredentials = {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string; expiration?: string };
  region: string;
  /** `<host>/<repository>` */
  repositoryUri: string;
};

export async function fetchTempCredentials(biot: BiotClient): Promise<TempCredentials> {
  // How long they are good is not asked: they are new, whatever this machine's clock says.
  return checkTempCredentials(await biot.get<unknown>(PATH), 'What BioT answered');
}

/** From a file with BioT's answer saved in it, or from standard input for `-`. @throws Failure */
export async function readTempCredentials(
  source: string,
  readStdin: () => Promise<string>,
): Promise<TempCredentials> {
  const name = source === '-' ? 'Standard input' : source;
  const text = source === '-' ? await readStdin() : await readFile(source, 'utf8').catch(unreadable(source));
  const credentials = checkTempCredentials(parse(text, name), name);
  const { expiration } = credentials.credentials;
  if (expiration && Date.parse(expiration) + CLOCK_SKEW_MS <= Date.now()) throw expired(expiration);
  return credentials;
}

const unreadable =
  (source: string) =>
  (cause: NodeJS.ErrnoException): never => {
    throw invalid(`${source} could not be read (${cause.code})`);
  };

// The parser's own message is dropped: it quotes the text, and the text is credentials.
function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // biome-ignore lint/style/useErrorCause: see above
    throw invalid(`${name} is not JSON`);
  }
}

function checkTempCredentials(value: unknown, name: string): TempCredentials {
  const found = (value ?? {}) as Partial<TempCredentials>;
  const { accessKeyId, secretAccessKey, sessionToken } = found.credentials ?? {};
  const fields = {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    region: found.region,
    repositoryUri: found.repositoryUri,
  };
  const missing = Object.entries(fields).filter(([, field]) => typeof field !== 'string' || field === '');
  if (missing.length > 0) throw invalid(`${name} lacks ${missing.map(([field]) => field).join(', ')}`);
  return found as TempCredentials;
}

const invalid = (message: string) =>
  new Failure({
    code: 'INVALID_CREDENTIALS',
    exitCode: EXIT.usage,
    message,
    cure: `Save the whole answer of GET ${PATH} and pass it with --credentials.`,
  });

const expired = (expiration: string) =>
  new Failure({
    code: 'CREDENTIALS_EXPIRED',
    exitCode: EXIT.notPermitted,
    message: `The temporary credentials expired at ${expiration}`,
    cure: 'Get new ones: they are good for an hour. If these are new, this machine’s clock is wrong.',
  });
