import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, writeNotices } from './bundle.ts';

const DEFAULT_TIMEOUT_SECONDS = 60; // the plugin API's

/** Bundles the handler with the server around it into `dist-serve/server.js`, which needs nothing else but Node. */
export async function bundleServe(
  projectRoot: string,
  { timeout = DEFAULT_TIMEOUT_SECONDS, cors }: Record<string, unknown>,
): Promise<string> {
  const folder = join(projectRoot, 'dist-serve');
  const outfile = join(folder, 'server.js');
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    ...bundleOptions(projectRoot),
    entryPoints: ['serve/index.ts'],
    outfile,
    define: { PLUGIN_TIMEOUT_SECONDS: String(timeout), PLUGIN_CORS: JSON.stringify(cors ?? {}) },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  await writeNotices(projectRoot, metafile, folder);
  // The project around it is `type: module`; where it is copied to, there is no package.json at all.
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  return outfile;
}
