import { posix } from 'node:path';
import { toSearched } from './checkEntryPoint.ts';
import type { ImageConfig } from './inspectImage.ts';
import type { Files } from './mergeLayers.ts';

/** What the image says that its function is. */
export type Handler = {
  /** Like `index.handler`; absent when neither CMD nor ENTRYPOINT names one. */
  name?: string;
  language: 'node' | 'python' | 'other';
  /** The Node that runs it, or would. */
  node?: string;
  /** The file that ENTRYPOINT gives to that Node or Python. */
  script?: string;
};

/** Options of Node that do not name their value after a `=`. */
const OPTIONS_WITH_VALUE = ['-r', '--require', '--import', '--loader', '--experimental-loader', '-C'];
/** Python’s way to name a script. */
const MODULE = '-m';

/** Reads ENTRYPOINT and CMD as the runtime clients for Node and Python do. */
export function findHandler(config: ImageConfig, files: Files): Handler {
  const argv = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  const program = argv[0] ?? '';
  const file = files.resolve(program);
  const shebang = file?.facts.shebang;
  const language = toLanguage(`${posix.basename(file?.path ?? '')} ${shebang ?? ''}`);
  const node = language === 'node' && shebang === undefined ? program : findNode(config, files);
  if (language === 'other') return toHandler({ language, node, name: config.Cmd?.[0] });
  const at = shebang === undefined ? findScript(argv) : 0;
  return toHandler({ language, node, script: argv[at], name: argv[at + 1] });
}

type Found = { [Key in keyof Handler]: Handler[Key] | undefined } & Pick<Handler, 'language'>;

const toHandler = ({ language, name, node, script }: Found): Handler => ({
  ...{ language, ...(name && { name }), ...(node && { node }), ...(script && { script }) },
});

function toLanguage(text: string): Handler['language'] {
  if (/\bnode(js)?\b/.test(text)) return 'node';
  return /\bpython[\d.]*\b/.test(text) ? 'python' : 'other';
}

/** Where it stands among the arguments: behind the options of the program itself. */
function findScript(argv: string[]): number {
  let at = 1;
  while (argv[at]?.startsWith('-') && argv[at] !== MODULE)
    at += OPTIONS_WITH_VALUE.includes(argv[at] ?? '') ? 2 : 1;
  return argv[at] === MODULE ? at + 1 : at;
}

function findNode({ Env }: ImageConfig, files: Files): string | undefined {
  const candidates = toSearched(Env).map((directory) => posix.join(directory, 'node'));
  return candidates.find((path) => files.resolve(path)?.facts.elf);
}
