import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EXIT, Failure } from './failure.ts';
import { type Place, toReleaseKey } from './place.ts';
import { makeStateDirectory } from './stateDirectory.ts';

const fileOf = ({ stateDirectory }: Place): string => join(stateDirectory, 'attempt.json');

/** A version of a plugin that is being sent from here. */
export type Attempt = { plugin: string; version: number };

/** Those of this plugin whose end is not known. */
async function readVersions(place: Place, plugin: string): Promise<number[]> {
  const text = await readFile(fileOf(place), 'utf8').catch(() => '');
  try {
    const { versions, ...key } = JSON.parse(text);
    return isDeepStrictEqual(key, toReleaseKey(place, plugin)) && Array.isArray(versions) ? versions : [];
  } catch {
    return [];
  }
}

function writeVersions(place: Place, plugin: string, versions: number[]): Promise<void> {
  const content = { ...toReleaseKey(place, plugin), versions };
  return writeFile(fileOf(place), `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

/**
 * Written before a version is sent, so that after a lost answer or a crash it is known that it may be one's own. Also
 * the proof that the ledger can be written. @throws Failure, and nothing has been sent then
 */
export async function writeAttempt(place: Place, { plugin, version }: Attempt): Promise<void> {
  try {
    await makeStateDirectory(place.stateDirectory);
    const others = (await readVersions(place, plugin)).filter((each) => each !== version);
    await writeVersions(place, plugin, [...others, version]);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const failure = {
      code: 'STATE_NOT_WRITABLE',
      exitCode: EXIT.failed,
      message: `Nothing was sent, as ${place.stateDirectory} cannot be written (${code}) and a rollback would not find it`,
      cure: 'Make room there or mend its permissions, and run the command again.',
    };
    throw new Failure(failure, { cause });
  }
}

/** BioT has surely not taken it. Of what was sent before that is not known. */
export async function dropAttempt(place: Place, { plugin, version }: Attempt): Promise<void> {
  const others = (await readVersions(place, plugin)).filter((each) => each !== version);
  await (others.length > 0 ? writeVersions(place, plugin, others) : clearAttempts(place));
}

/** All is settled: BioT has the last one. */
export const clearAttempts = (place: Place): Promise<void> => rm(fileOf(place), { force: true });

/** Was the end of this attempt never seen? */
export const wasAttempted = async (place: Place, { plugin, version }: Attempt): Promise<boolean> =>
  (await readVersions(place, plugin)).includes(version);
