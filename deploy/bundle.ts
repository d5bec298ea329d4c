import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { lighten, PART } from './bundle/lighten.ts';

/** A package of which the bundle holds code, as it is in `node_modules`. */
export type BundledPackage = {
  /** As package-lock.json has it: `node_modules/axios`. */
  path: string;
  name: string;
  version: string;
  /** As its package.json states it; absent when that does not. */
  licence?: string;
  /** Its licence and notices, which go with every copy of its code. */
  notices: string;
  /** The paths of the packages that it imports. */
  imports: string[];
};

export type Bundled = {
  packages: BundledPackage[];
  /** The paths of the packages that our own code imports. */
  imports: string[];
};

export type Bundle = Bundled & { taskRoot: string };

export const NOTICES_FILE = 'THIRD-PARTY-NOTICES.txt';

/** What the Lambda is bundled of and for, wherever the bundle goes. */
export const bundleOptions = (projectRoot: string) =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: ['src/index.ts'],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    plugins: [lighten(projectRoot)],
    // The same wherever it is bundled: where the image is built there is no tsconfig.json to take it from.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  }) satisfies BuildOptions;

/**
 * Bundles the Lambda into `dist/`, the task root: `index.js` with `handler`, the notices of those whose code is in it,
 * and nothing else that runs.
 */
export async function bundle(projectRoot: string): Promise<Bundle> {
  const taskRoot = join(projectRoot, 'dist');
  await mkdir(taskRoot, { recursive: true });
  const { metafile } = await build({
    ...bundleOptions(projectRoot),
    outfile: join(taskRoot, 'index.js'),
    minifySyntax: true,
    minifyWhitespace: true, // names stay, so that a stack trace can be read without a source map
    legalComments: 'none', // not all have one: the notices are in a file of their own
    metafile: true,
    logLevel: 'warning',
  });
  const bundled = await writeNotices(projectRoot, metafile, taskRoot);
  // The project around it is `type: module`; on Lambda there is no package.json around it at all.
  await writeFile(join(taskRoot, 'package.json'), '{"type":"commonjs"}\n');
  return { ...bundled, taskRoot };
}

/** Puts the notices of those whose code is in the output beside it. */
export async function writeNotices(
  projectRoot: string,
  metafile: Metafile,
  folder: string,
): Promise<Bundled> {
  const bundled = await readPackages(projectRoot, metafile);
  await writeFile(join(folder, NOTICES_FILE), toNotices(bundled.packages));
  return bundled;
}

/** Of an input's path: the package's folder, and its path from `node_modules` on. */
const PACKAGE = /^(?:.*?\/)??(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;

async function readPackages(projectRoot: string, metafile: Metafile): Promise<Bundled> {
  const imports = new Map<string, Set<string>>();
  const folders = new Map<string, string>();
  for (const file of listBundled(metafile)) {
    if (PART.test(file)) continue;
    const [folder = '', path = ''] = PACKAGE.exec(file) ?? [];
    if (path) folders.set(path, resolve(projectRoot, folder));
    const known = imports.get(path) ?? new Set();
    const used = listImports(metafile, file).map((use) => PACKAGE.exec(use)?.[1] ?? path);
    imports.set(path, new Set([...known, ...used].filter((name) => name !== path)));
  }
  const importsOf = (path: string) => [...(imports.get(path) ?? [])].sort();
  const packages = await Promise.all(
    [...folders]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([path, folder]) => readPackage({ path, folder, imports: importsOf(path) })),
  );
  return { packages, imports: importsOf('') };
}

/** The files that came into the output: what nothing uses did not. */
const listBundled = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));

/** What a part of `deploy/bundle/parts` imports is imported by the one whose part it is. */
const listImports = (metafile: Metafile, file: string): string[] =>
  (metafile.inputs[file]?.imports ?? []).flatMap(({ path }) =>
    PART.test(path) ? listImports(metafile, path) : [path],
  );

type Place = { path: string; folder: string; imports: string[] };

async function readPackage({ path, folder, imports }: Place): Promise<BundledPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const licence = typeof license === 'string' && license;
  return { path, name, version, ...(licence && { licence }), notices: await readNotices(folder), imports };
}

const NOTICE_FILES = /^(licen[cs]e|copying|notice|third-?party)/i;
const README = /^readme/i;
const LICENCE_HEADLINE = /^(#+ *licen[cs]e\b|licen[cs]e *\n[-=]{3})/im;

/** What the package says in files for it, which may be in a folder, or at the end of its README. */
async function readNotices(folder: string): Promise<string> {
  const texts = await readNamed(folder, NOTICE_FILES);
  if (texts.length > 0) return texts.join('\n\n');
  const [readme = ''] = await readNamed(folder, README);
  const at = readme.search(LICENCE_HEADLINE);
  return at === -1 ? '' : readme.slice(at);
}

async function readNamed(folder: string, names: RegExp): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => names.test(name));
  const sorted = entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const read = async (entry: (typeof entries)[number]) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return readNamed(path, /./);
    return entry.isFile() ? [(await readFile(path, 'utf8')).replace(/\r\n?/g, '\n').trim()] : [];
  };
  return (await Promise.all(sorted.map(read))).flat();
}

/** One text for all packages that have it: many are by the same author. */
function toNotices(packages: BundledPackage[]): string {
  const byText = Map.groupBy(packages, ({ notices }) => notices);
  const title = ({ name, version, licence }: BundledPackage) =>
    `${name} ${version} (${licence ?? 'no licence stated'})`;
  const parts = [...byText].map(([text, named]) => `${named.map(title).join('\n')}\n\n${text}`.trim());
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `${['The program beside this file contains code of these packages, under their licences.', ...parts].join(line)}\n`;
}
