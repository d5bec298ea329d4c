import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EXIT, Failure } from './failure.ts';
import { type Place, toReleaseKey } from './place.ts';
import { makeStateDirectory } from './stateDirectory.ts';

const fileOf = ({ stateDirectory }: Place): string => join(stateDirectory, 'attempt.json');

/** A version of a plugin that is being sent from here. */
export type Attempt = { plugin: string; version: number };

const toContent = (place: Place, { plugin, version }: Attempt) => ({
  ...toReleaseKey(place, plugin),
  version,
});

/**
 * Written before a version is sent, so that after a lost answer or a crash it is known that it may be one's own. Also
 * the proof that the ledger can be written. @throws Failure, and nothing has been sent then
 */
export async function writeAttempt(place: Place, attempt: Attempt): Promise<void> {
  try {
    await makeStateDirectory(place.stateDirectory);
    await writeFile(fileOf(place), `${JSON.stringify(toContent(place, attempt))}\n`, { mode: 0o600 });
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

/** It is settled: done, or surely not. */
export const clearAttempt = (place: Place): Promise<void> => rm(fileOf(place), { force: true });

/** Was the end of this attempt never seen? */
export async function wasAttempted(place: Place, attempt: Attempt): Promise<boolean> {
  const text = await readFile(fileOf(place), 'utf8').catch(() => '');
  try {
    return isDeepStrictEqual(JSON.parse(text), toContent(place, attempt));
  } catch {
    return false;
  }
}
