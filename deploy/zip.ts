import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { NOTICES_FILE } from './bundle.ts';

const FILES = ['index.js', NOTICES_FILE, 'package.json'];
const EPOCH = new Date(1980, 0, 1); // the first time a ZIP can tell, in the local time it is written in

/** Packs the bundle into `dist/plugin.zip` and returns its path. The same bundle makes the same bytes. */
export async function zip(taskRoot: string): Promise<string> {
  const entries = await Promise.all(
    FILES.map(async (name) => [name, await readFile(join(taskRoot, name))] as const),
  );
  const path = join(taskRoot, 'plugin.zip');
  await writeFile(
    path,
    zipSync(Object.fromEntries(entries), { level: 9, mtime: EPOCH, os: 3, attrs: 0o644 << 16 }),
  );
  return path;
}
