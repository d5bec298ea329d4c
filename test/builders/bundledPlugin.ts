import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../deploy/bundle.ts';
import { makeFolder } from './folder.ts';
import { PROJECT_ROOT } from './project.ts';

/** The code of this plugin as it is deployed, with these files of `src/` written by somebody else: path → text. */
export async function bundlePlugin(files: Record<string, string>): Promise<string> {
  const folder = makeFolder();
  cpSync(join(PROJECT_ROOT, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(PROJECT_ROOT, 'deploy/bundle'), join(folder, 'deploy/bundle'), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, 'src', path), text);
  const { outputFiles } = await build({ ...bundleOptions(folder), write: false });
  return outputFiles[0]?.text ?? '';
}
