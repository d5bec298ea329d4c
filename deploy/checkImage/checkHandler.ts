import { posix } from 'node:path';
import { canRead, TASK_ROOT } from './access.ts';
import type { Handler } from './findHandler.ts';
import type { Finding } from './finding.ts';
import type { ImageConfig } from './inspectImage.ts';
import type { Files } from './mergeLayers.ts';

const EXTENSIONS = { node: ['', '.js', '.mjs', '.cjs'], python: ['.py', '/__init__.py'] };
/** From here on the runtime client reads the handler from a variable that Lambda leaves blank for images. */
const RIC_WITHOUT_ARGUMENTS = 4;

/** Is there what CMD names, and would the runtime client look for it there? Read from the image, nothing runs. */
export function checkHandler(handler: Handler, files: Files, config: ImageConfig): Finding[] {
  const { language, name, script } = handler;
  if (language === 'other') return [];
  const file = script === undefined ? undefined : toAbsolute(script, config);
  const found = checkScript(file, handler, files);
  if (found.length > 0) return found;
  if (!name) return isRuntimeClient(script) ? [refused('NO_HANDLER', NO_CMD)] : [perhapsNoHandler];
  const { module, isWellFormed } = parseHandler(name);
  if (!isWellFormed)
    return [refused('MALFORMED_HANDLER', `CMD’s “${name}” is not of the form file.function, without ..`)];
  return checkFile({ name, module, extensions: EXTENSIONS[language] }, files, config);
}

/** As the runtime client for Node splits it: all before the first dot of the last part is the file. */
export function parseHandler(name: string): { module: string; isWellFormed: boolean } {
  const [base = '', ...path] = posix.basename(name).split('.');
  const isWellFormed = path.length > 0 && base !== '' && path.join('') !== '' && !name.includes('..');
  return { module: posix.join(posix.dirname(name), base), isWellFormed };
}

const toAbsolute = (path: string, { WorkingDir }: ImageConfig): string =>
  posix.resolve('/', WorkingDir || '/', path);

function checkScript(path: string | undefined, { language }: Handler, files: Files): Finding[] {
  if (!path || language !== 'node') return [];
  const file = files.resolve(path);
  if (!file || !canRead(file)) return [scriptMissing(path)];
  const version = files.resolve(posix.join(posix.dirname(file.path), 'package.json'))?.facts.version;
  return Number.parseInt(version ?? '0', 10) >= RIC_WITHOUT_ARGUMENTS ? [notPassed(path)] : [];
}

/** Where the runtime client finds the handler's file, when it is one for Node; undefined when there is none. */
export function findRoot(name: string, files: Files, config: ImageConfig): string | undefined {
  const { module, isWellFormed } = parseHandler(name);
  const roots = [TASK_ROOT, toAbsolute('.', config)];
  return isWellFormed
    ? roots.find((root) => hasFile({ root, module, extensions: EXTENSIONS.node }, files))
    : undefined;
}

type Wanted = { name: string; module: string; extensions: string[] };

function checkFile({ name, module, extensions }: Wanted, files: Files, config: ImageConfig): Finding[] {
  if (hasFile({ root: TASK_ROOT, module, extensions }, files)) return [];
  const place = posix.resolve(TASK_ROOT, module);
  if (!hasFile({ root: toAbsolute('.', config), module, extensions }, files))
    return [
      refused('HANDLER_MISSING', `CMD’s ${name} needs a file ${place}${extensions[1]}, and there is none`),
    ];
  return [
    {
      code: 'HANDLER_OUTSIDE_TASK_ROOT',
      severity: 'warning',
      message: `The file of CMD’s ${name} is in ${config.WorkingDir}, and newer runtime clients look only in ${TASK_ROOT}`,
      cure: `Copy the plugin to ${TASK_ROOT}, and say WORKDIR ${TASK_ROOT}`,
    },
  ];
}

type Place = Pick<Wanted, 'module' | 'extensions'> & { root: string };

const hasFile = ({ root, module, extensions }: Place, files: Files): boolean =>
  extensions.some((extension) => files.resolve(posix.resolve(root, `${module}${extension}`)));

const NO_CMD = 'The image has no CMD, which names the function to call';

/** AWS's, started directly or as this project does. */
const isRuntimeClient = (script = ''): boolean => /^\/var\/runtime\/|aws-lambda-ric/.test(script);

/** A runtime of one's own may need none. */
const perhapsNoHandler: Finding = {
  code: 'HANDLER_NOT_NAMED',
  severity: 'warning',
  message: `${NO_CMD}; only a runtime of your own can do without`,
  cure: `Name file and function, like CMD ["index.handler"] for the function handler of ${TASK_ROOT}/index.js`,
};

const refused = (code: string, message: string): Finding => ({
  ...{ code, severity: 'error', message },
  cure: `Name file and function, like CMD ["index.handler"] for the function handler of ${TASK_ROOT}/index.js`,
});

const scriptMissing = (path: string): Finding => ({
  code: 'ENTRYPOINT_SCRIPT_MISSING',
  severity: 'error',
  message: `ENTRYPOINT runs ${path}, which is not in the image or not readable for Lambda’s user`,
  cure: 'Copy it into the image with all users’ right to read, and name it by its absolute path.',
  path,
});

const notPassed = (path: string): Finding => ({
  code: 'HANDLER_NOT_PASSED',
  severity: 'error',
  message: `${path} ignores CMD since version 4: it reads _HANDLER, which Lambda leaves blank for images`,
  cure: 'Start it by a script that sets _HANDLER to its first argument, like src/runtime/entrypoint.mjs of this project.',
  path,
});
