import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild';

/** What a package, or one module of it, imports, and the file in `parts/` that stands in for it. */
type Part = { importer: string; imported: string; part: string };

/**
 * What a cold start would pay for and a plugin seldom or never uses. A part is either all of a module, loaded when it is
 * first asked for, or what Node 24 has by itself. `docs/performance.md` tells what each is worth.
 */
const PARTS: Part[] = [
  { importer: 'axios/lib/adapters/adapters.js', imported: './fetch.js', part: 'fetchAdapter.js' },
  { importer: 'axios/', imported: 'http2', part: 'http2.cjs' },
  { importer: 'axios/', imported: 'https-proxy-agent', part: 'httpsProxyAgent.cjs' },
  { importer: 'axios/', imported: 'zlib', part: 'zlib.cjs' },
  { importer: 'axios/', imported: 'follow-redirects', part: 'followRedirects.cjs' },
  { importer: 'axios/', imported: 'form-data', part: 'formData.cjs' },
  { importer: 'jsonwebtoken/index.js', imported: './sign', part: 'sign.cjs' },
  { importer: 'jsonwebtoken/lib/', imported: 'semver', part: 'semver.cjs' },
  { importer: 'logform/', imported: '@colors/colors/safe', part: 'colors.cjs' },
  { importer: 'winston/', imported: 'stack-trace', part: 'stackTrace.cjs' },
  { importer: 'winston/', imported: 'readable-stream', part: 'stream.cjs' },
  {
    importer: 'winston-transport/',
    imported: 'readable-stream/lib/_stream_writable.js',
    part: 'writable.cjs',
  },
];

/** Bundles only what a plugin needs of axios, jsonwebtoken and winston. */
export const lighten = (projectRoot: string): Plugin => ({
  name: 'lighten',
  setup(build) {
    const folder = join(projectRoot, 'deploy/bundle/parts');
    for (const { importer, imported, part } of PARTS) {
      build.onResolve({ filter: toExact(imported) }, async (args) => {
        if (!args.importer.includes(inModules(importer)) || args.pluginData === WHOLE) return undefined;
        const whole = await resolveWhole(build, args);
        // A package may be there more than once: each has a part of its own, which leads to its own whole.
        return {
          path: join(folder, part),
          suffix: `?${toHash(whole.external ? args.path : relative(projectRoot, whole.path ?? ''))}`,
          pluginData: whole,
        };
      });
    }
    build.onLoad({ filter: PART }, async ({ path, pluginData }) => ({
      contents: await readFile(path, 'utf8'),
      resolveDir: folder,
      pluginData,
    }));
    build.onResolve({ filter: /^#whole$/ }, ({ pluginData }) => pluginData);
    for (const question of QUESTIONS) answerQuestion(build, question);
    passBuiltins(build);
    leaveOut(build, { importer: 'debug/', imported: 'supports-color' });
  },
});

/** Says of a module that it is not to be replaced once more. */
const WHOLE = Symbol('whole');

/** A file of `parts/`, as esbuild names it. */
export const PART = /[/\\]bundle[/\\]parts[/\\][^/\\]+$/;

async function resolveWhole(
  build: PluginBuild,
  { path, importer, resolveDir, kind }: OnResolveArgs,
): Promise<OnResolveResult> {
  const whole = await build.resolve(path, { importer, resolveDir, kind, pluginData: WHOLE });
  return { path: whole.path, external: whole.external };
}

/** The same wherever the project is. */
const toHash = (text: string): string =>
  createHash('sha256').update(text.split(sep).join('/')).digest('hex').slice(0, 8);

/** What a package asks while it is loaded, or with each call, and for whose answer Node loads a lot. */
type Question = { module: string; text: string; answer: string };

/** Without the class axios knows a FormData by its name, and without the finer clock it takes the coarser one. */
const QUESTIONS: Question[] = [
  {
    module: 'axios/lib/utils.js',
    text: "typeof G.FormData !== 'undefined' ? G.FormData : undefined", // loads Node's fetch
    answer: 'undefined',
  },
  {
    module: 'axios/lib/core/dispatchRequest.js',
    text: "typeof performance !== 'undefined' && utils.isFunction(performance.now)", // loads perf_hooks
    answer: 'false',
  },
  {
    module: '@dabh/diagnostics/node/index.js',
    text: "process.env.NODE_ENV === 'production'", // its aids for debugging are for a terminal
    answer: 'true',
  },
];

function answerQuestion(build: PluginBuild, { module, text, answer }: Question): void {
  const [fileName = ''] = module.split('/').slice(-1);
  build.onLoad({ filter: toExact(fileName) }, async ({ path }) => {
    if (!path.endsWith(inModules(module))) return undefined;
    const code = await readFile(path, 'utf8');
    const isKnown = code.includes(text);
    const warning = `${path} is not as deploy/bundle/lighten.ts knows it: it works, and a cold start takes longer`;
    return {
      contents: isKnown ? code.replace(text, answer) : code,
      warnings: isKnown ? [] : [{ text: warning }],
    };
  });
}

/**
 * What esbuild puts between an `import` and a module of Node copies each of its properties, and with some of them Node
 * loads more. An object that only inherits them has none to be copied.
 */
function passBuiltins(build: PluginBuild): void {
  const namespace = 'node-builtin';
  build.onResolve({ filter: /^(crypto|events|http|https|path|stream|url|util)$/ }, ({ path, importer }) =>
    importer.includes(inModules('axios/')) ? { path, namespace } : undefined,
  );
  build.onLoad({ filter: /^/, namespace }, ({ path }) => ({
    contents: `module.exports = Object.create(require('node:${path}'));`,
  }));
}

/** It is asked for in a `try`, and does without. Here tests bring it, and where the image is built nothing does. */
function leaveOut(build: PluginBuild, { importer, imported }: Omit<Part, 'part'>): void {
  build.onResolve({ filter: toExact(imported) }, (args) =>
    args.importer.includes(inModules(importer)) ? { path: imported, external: true } : undefined,
  );
}

const inModules = (module: string): string => ['', 'node_modules', ...module.split('/')].join(sep);

const toExact = (path: string): RegExp => new RegExp(`(^|[/\\\\])${path.replaceAll('.', '\\.')}$`);
