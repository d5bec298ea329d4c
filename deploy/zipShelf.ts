import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How many ZIPs stay for a rollback. */
const CAPACITY = 20;

export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const folderOf = (stateDirectory: string): string => join(stateDirectory, 'zips');

const fileOf = (stateDirectory: string, digest: string): string =>
  join(folderOf(stateDirectory), `${digest.replace('sha256:', '')}.zip`);

/** Keeps a ZIP that is deployed, as BioT gives none back; the oldest go. */
export async function keepZip(stateDirectory: string, bytes: Uint8Array): Promise<void> {
  const folder = folderOf(stateDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(fileOf(stateDirectory, digestOf(bytes)), bytes, { mode: 0o600 });
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = files.sort((a, b) => b.at - a.at).slice(CAPACITY);
  for (const { name } of oldest) await rm(join(folder, name), { force: true });
}

/** Undefined when it is not kept, or not whole. */
export async function readZip(
  stateDirectory: string,
  digest: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = await readFile(fileOf(stateDirectory, digest)).catch(() => undefined);
  return bytes && digestOf(bytes) === digest ? new Uint8Array(bytes) : undefined;
}
