import { readFile } from 'node:fs/promises';
import { bundle } from './bundle.ts';
import { zip } from './zip.ts';

/** The bytes of `dist/plugin.zip`, of what the project is now: the same for the same sources. */
export async function makeZip(projectRoot: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(await zip((await bundle(projectRoot)).taskRoot)));
}
