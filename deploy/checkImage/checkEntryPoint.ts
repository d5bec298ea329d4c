import { posix } from 'node:path';
import { canExecute, canRead } from './access.ts';
import type { Finding } from './finding.ts';
import type { ImageConfig } from './inspectImage.ts';
import type { Files } from './mergeLayers.ts';
import type { Elf } from './readElf.ts';
import type { Entry } from './readLayer.ts';

const EXAMPLE = 'ENTRYPOINT ["/usr/local/bin/node", "/var/runtime/entrypoint.mjs"]';

/** Can Lambda start the program that ENTRYPOINT (or CMD, where there is none) names? */
export function checkEntryPoint({ Entrypoint, Cmd, Env }: ImageConfig, files: Files): Finding[] {
  const [path] = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  if (!path) return [refused('NO_ENTRYPOINT', 'The image has no ENTRYPOINT, so Lambda has nothing to start')];
  if (!posix.isAbsolute(path)) return [notAbsolute(path)];
  const itself = files.get(path);
  if (itself?.type === 'symlink') return [symlink(path, itself, files)];
  const entry = files.resolve(path);
  if (!entry) return [refused('ENTRYPOINT_MISSING', `ENTRYPOINT’s ${path} is not in the image`, path)];
  return checkProgram({ ...entry, path }, { files, searched: toSearched(Env) });
}

type Place = { files: Files; searched: string[] };

function checkProgram(entry: Entry, place: Place): Finding[] {
  const { path, type, facts } = entry;
  if (type !== 'file' || !canExecute(entry)) return [notExecutable(path)];
  if (facts.elf) return checkElf(path, facts.elf, place);
  if (facts.shebang === undefined) return [noProgram(path)];
  if (!canRead(entry)) return [notExecutable(path)];
  if (facts.shebang.endsWith('\r')) return []; // is found among the scripts
  return checkInterpreter(path, toInterpreter(facts.shebang, place), place);
}

function checkElf(path: string, { isAmd64, interpreter }: Elf, place: Place): Finding[] {
  return isAmd64 ? checkInterpreter(path, interpreter, place) : [foreign(path)];
}

const checkInterpreter = (path: string, interpreter: string | undefined, { files }: Place): Finding[] =>
  interpreter && !files.resolve(interpreter) ? [noInterpreter(path, interpreter)] : [];

/** The program that runs a script; with `/usr/bin/env node` that is two. */
function toInterpreter(shebang: string, { files, searched }: Place): string | undefined {
  const [interpreter = '', ...args] = shebang.trim().split(/\s+/);
  if (posix.basename(interpreter) !== 'env' || !files.resolve(interpreter)) return interpreter;
  const name = args.find((arg) => !arg.startsWith('-') && !arg.includes('=')) ?? '';
  const place = searched.find((directory) => files.resolve(posix.join(directory, name)));
  return place === undefined ? name : posix.join(place, name);
}

/** Where a program is looked for by its name. */
export function toSearched(env: ImageConfig['Env']): string[] {
  const path = env?.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length);
  return (path ?? '/usr/local/bin:/usr/bin:/bin').split(':').filter(Boolean);
}

const refused = (code: string, message: string, path?: string): Finding => ({
  ...{ code, severity: 'error', message, cure: `Name the program by its absolute path: ${EXAMPLE}` },
  ...(path && { path }),
});

const notAbsolute = (path: string) =>
  refused(
    'ENTRYPOINT_NOT_ABSOLUTE',
    `ENTRYPOINT’s “${path}” is no absolute path, and Lambda searches no PATH`,
  );

const symlink = (path: string, { target }: Entry, files: Files): Finding => ({
  code: 'ENTRYPOINT_SYMLINK',
  severity: 'error',
  message: `ENTRYPOINT’s ${path} is a symbolic link to ${target}, and Lambda starts no links`,
  cure: `Name the file itself${toHint(files.resolve(path))}, or put a copy there.`,
  path,
});

const toHint = (file?: Entry): string => (file ? ` (${file.path})` : '');

const notExecutable = (path: string): Finding => ({
  code: 'ENTRYPOINT_NOT_EXECUTABLE',
  severity: 'error',
  message: `ENTRYPOINT’s ${path} is no file that Lambda’s user may execute`,
  cure: `Make it executable for all users: RUN chmod a+rx ${path}`,
  path,
});

const foreign = (path: string): Finding => ({
  code: 'ENTRYPOINT_WRONG_ARCHITECTURE',
  severity: 'error',
  message: `ENTRYPOINT’s ${path} is a program for another processor, and BioT runs plugins on amd64`,
  cure: 'Take the program for linux/amd64, and build with --platform linux/amd64.',
  path,
});

const noProgram = (path: string): Finding => ({
  code: 'ENTRYPOINT_NO_PROGRAM',
  severity: 'error',
  message: `ENTRYPOINT’s ${path} is neither a program for Linux nor a script that begins with #!`,
  cure: 'Name the program that runs it first, or begin it with a line like #!/bin/sh',
  path,
});

const noInterpreter = (path: string, interpreter: string): Finding => ({
  code: 'ENTRYPOINT_NO_INTERPRETER',
  severity: 'error',
  message: `ENTRYPOINT’s ${path} is run by ${interpreter}, which is not in the image`,
  cure: `Install ${interpreter} in the image, or take a program that needs none (linked statically).`,
  path,
});
