import { createHmac, randomBytes } from 'node:crypto';
import type { Kept } from './plan/change.ts';
import { fieldsOf } from './plan/fieldsOf.ts';
import type { PluginFile } from './pluginFile.ts';
import type { ReleasedConfig } from './releases.ts';

/**
 * What a release keeps of its file. `kept` is what the plan has left in BioT: what of it a release from here had set
 * stays known as such; of `secrets` only the names are kept. With the same salt equal files have the same hash; their
 * versions do not count.
 */
export function toReleasedConfig(
  file: PluginFile,
  {
    kept = [],
    salt = randomBytes(16).toString('hex'),
    secrets = new Set(),
  }: { kept?: readonly Kept[]; salt?: string | undefined; secrets?: ReadonlySet<string> } = {},
): ReleasedConfig {
  const { environmentVariables = {} } = file;
  const fields = fieldsOf(file);
  const left = kept.filter(({ setBy }) => setBy === 'release').map(({ path }) => path);
  return {
    hash: hash(salt, sortFields({ fields, environmentVariables })),
    salt,
    variables: Object.fromEntries(
      Object.entries(environmentVariables).map(([name, value]) => [name, hashVariable(salt, name, value)]),
    ),
    fields,
    ...(left.length > 0 && { left }),
    ...(secrets.size > 0 && { secrets: [...secrets] }),
  };
}

/** Two variables with one value have two hashes. */
export const hashVariable = (salt: string, name: string, value: string): string => hash(salt, [name, value]);

const hash = (salt: string, value: unknown): string =>
  createHmac('sha256', salt).update(JSON.stringify(value)).digest('hex');

/** The order in which somebody has written the fields says nothing. */
function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, field]) => [name, sortFields(field)]));
}
