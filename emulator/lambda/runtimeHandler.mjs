// Finds a ZIP's handler by its name, as aws-lambda-ric does.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const MAX_PARAMETERS = 2;

const runtimeError = (name, message, more = {}) =>
  Object.assign(new Error(message), { name: `Runtime.${name}` }, more);

/** The function that `name` says, like `lib/app.handler`, below `root`. */
export async function loadHandler(root, name) {
  if (name.includes('..')) {
    const message = `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`;
    throw runtimeError('MalformedHandlerName', message);
  }
  const [, module, path] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (module === undefined) throw runtimeError('MalformedHandlerName', 'Bad handler');

  const loaded = await loadModule(root, dirname(name), module);
  const handler = find(loaded, path) ?? find(loaded?.default, path);
  if (!handler) throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${name} is not a function`);
  if (handler.length > MAX_PARAMETERS) throw runtimeError('CallbackHandlerDeprecated', CALLBACKS);
  return handler;
}

const CALLBACKS =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later. ' +
  'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

const find = (from, path) =>
  path.split('.').reduce((value, key) => (typeof value === 'object' ? value?.[key] : undefined), from);

async function loadModule(root, folder, module) {
  const base = resolve(root, folder, module);
  try {
    const file = ['', '.js', '.mjs', '.cjs'].map((ending) => base + ending).find((path) => existsSync(path));
    if (file) return await import(pathToFileURL(file).href);
    const require = createRequire(import.meta.url);
    return require(require.resolve(module, { paths: [root, join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw runtimeError('UserCodeSyntaxError', String(error), { stack: error.stack });
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
}
