import { randomBytes } from 'node:crypto';
import type { State, TempCredentials } from '../state.ts';

const LIFE_MS = 60 * 60 * 1000;

/** New credentials in the form of STS's, good for an hour; those that have expired are forgotten a day later. */
export function issueTempCredentials(
  { tempCredentials }: Pick<State, 'tempCredentials'>,
  now: Date,
): TempCredentials {
  for (const [id, { expiration }] of [...tempCredentials])
    if (Date.parse(expiration) + 24 * LIFE_MS < now.getTime()) tempCredentials.delete(id);
  const credentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(200).toString('base64'),
    expiration: new Date(now.getTime() + LIFE_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  tempCredentials.set(credentials.accessKeyId, credentials);
  return credentials;
}
