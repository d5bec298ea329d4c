/**
 * Runs in the image, by its own Node: finds the handler as aws-lambda-ric 4 does, and calls nothing of it. Its
 * arguments are the handler, the task root and the mark that begins the line with what was found. Whatever the plugin
 * prints while it is imported is therefore not taken for that line.
 */
export const RESOLVE_HANDLER = `
import { existsSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [handler, root, mark] = process.argv.slice(1);
const tell = (found) => {
  writeSync(1, '\\n' + mark + JSON.stringify(found) + '\\n');
  process.exit(0);
};
const HttpResponseStream = class { static from(stream) { return stream; } };
const streamifyResponse = (streaming) => Object.assign(streaming, { isStreaming: true });
globalThis.awslambda = { HttpResponseStream, streamifyResponse, InvokeStore: {} };

const [, name, path] = /^([^.]*)[.](.*)$/.exec(basename(handler));
const base = resolve(root, dirname(handler), name);
const file = ['', '.js', '.mjs', '.cjs'].map((extension) => base + extension).find(existsSync);
try {
  const url = file ?? createRequire(join(root, 'index.js')).resolve(join(dirname(handler), name));
  const module = await import(pathToFileURL(url));
  const take = (from) => path.split('.').reduce((value, key) => value?.[key], from);
  const found = take(module) ?? take(module.default);
  tell({ type: typeof found, parameters: found?.isStreaming ? 0 : (found?.length ?? 0) });
} catch (error) {
  tell({ error: { name: String(error?.name), code: String(error?.code), message: String(error?.message ?? error) } });
}
`;
