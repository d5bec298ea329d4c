import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildFailure, type BuildResult, context, formatMessages } from 'esbuild';
import { zipSync } from 'fflate';
import { bundleOptions } from '../../deploy/bundle.ts';

/** `inputs` are the files of ours that the bundle was made of. `errors` are told with file and line. */
export type Built =
  | { kind: 'built'; zip: Uint8Array<ArrayBuffer>; code: string; inputs: string[] }
  | { kind: 'broken'; errors: string };

export type Bundler = {
  /** Bundles what has changed since the last time. */
  build(): Promise<Built>;
  close(): Promise<void>;
};

/** Bundles the Lambda to be worked on: as it is written, with a source map that names the files where they stand. */
export async function createBundler(projectRoot: string, isColoured: boolean): Promise<Bundler> {
  const folder = join(projectRoot, 'dist');
  const bundling = await context({
    ...bundleOptions(projectRoot),
    outfile: join(folder, 'plugin.js'),
    write: false,
    metafile: true,
    sourcemap: 'inline',
    sourcesContent: false,
    sourceRoot: `${pathToFileURL(folder)}/`, // the code runs elsewhere than where it was bundled
    logLevel: 'silent',
  });
  return {
    build: () =>
      bundling.rebuild().then(
        (result) => toBuilt(result, projectRoot),
        async (failure: BuildFailure) => {
          const lines = await formatMessages(failure.errors, { kind: 'error', color: isColoured });
          return { kind: 'broken', errors: lines.join('').trimEnd() };
        },
      ),
    close: () => bundling.dispose(),
  };
}

// The source map of the file that turns source maps on would be ignored: hence two files.
const INDEX = "process.setSourceMapsEnabled(true);\nmodule.exports = require('./plugin.js');\n";
const NODE_MODULES = `node_modules${sep}`;

function toBuilt({ outputFiles, metafile }: BuildResult, projectRoot: string): Built {
  const code = outputFiles?.[0]?.text ?? '';
  const entries = {
    'index.js': Buffer.from(INDEX),
    'plugin.js': Buffer.from(code),
    'package.json': Buffer.from('{"type":"commonjs"}\n'),
  };
  const inputs = Object.keys(metafile?.inputs ?? {}).map((path) => join(projectRoot, path));
  return {
    kind: 'built',
    zip: zipSync(entries, { level: 1 }),
    code,
    inputs: inputs.filter((path) => !relative(projectRoot, path).includes(NODE_MODULES)),
  };
}
