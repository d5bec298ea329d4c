import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { lighten } from './bundle/lighten.ts';

/** What the Lambda is bundled of and for, wherever the bundle goes. */
export const bundleOptions = (projectRoot: string) =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: ['src/index.ts'],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    define: { 'process.env.NODE_ENV': '"production"' }, // some packages load their debugging aids otherwise
    plugins: [lighten(projectRoot)],
  }) satisfies BuildOptions;

/** Bundles the Lambda into `dist/`, the task root: `index.js` with `handler`, and nothing else that runs. */
export async function bundle(projectRoot: string): Promise<string> {
  const taskRoot = join(projectRoot, 'dist');
  await mkdir(taskRoot, { recursive: true });
  await build({
    ...bundleOptions(projectRoot),
    outfile: join(taskRoot, 'index.js'),
    minifySyntax: true,
    minifyWhitespace: true, // names stay, so that a stack trace can be read without a source map
    legalComments: 'none',
    logLevel: 'warning',
  });
  // The project around it is `type: module`; on Lambda there is no package.json around it at all.
  await writeFile(join(taskRoot, 'package.json'), '{"type":"commonjs"}\n');
  return taskRoot;
}
