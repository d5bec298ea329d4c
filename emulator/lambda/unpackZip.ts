import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { makeFolder, removeFolder } from '../temporaryFolders.ts';

const MAX_ZIP_BYTES = 50 * 1024 * 1024;
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

/**
 * Unpacks a plugin's ZIP into a new folder.
 * @throws Error when it is larger than Lambda takes, or a name in it leads out of the folder
 */
export async function unpackZip(zip: Buffer): Promise<string> {
  if (zip.length > MAX_ZIP_BYTES)
    throw new Error(`The ZIP has ${zip.length} bytes; Lambda takes ${MAX_ZIP_BYTES} at most`);
  const root = await makeFolder('task');
  try {
    await unpackInto(root, zip);
    return root;
  } catch (error) {
    await removeFolder(root);
    throw error;
  }
}

async function unpackInto(root: string, zip: Buffer): Promise<void> {
  let unzipped = 0;
  const filter = ({ originalSize }: UnzipFileInfo): boolean => {
    unzipped += originalSize;
    if (unzipped > MAX_UNZIPPED_BYTES)
      throw new Error(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
    return true;
  };
  for (const [name, bytes] of Object.entries(unzipSync(zip, { filter }))) {
    const path = resolve(root, name);
    if (!path.startsWith(root + sep)) throw new Error(`The ZIP holds ${name}, which leads out of it`);
    if (name.endsWith('/')) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
