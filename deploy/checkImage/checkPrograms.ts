import { posix } from 'node:path';
import { RUNTIME_ROOT, TASK_ROOT } from './access.ts';
import { isBelow } from './checkAccess.ts';
import type { Finding } from './finding.ts';
import type { Files } from './mergeLayers.ts';
import type { Entry } from './readLayer.ts';

/** Packages with an addon for each platform load only the one that fits. */
const OTHER_PLATFORMS = /\/prebuilds\//;
const SHELL = /\b(ba|da|a|k|z)?sh\b/;
const ANY_EXECUTE = 0o111;

/** Addons and programs for another architecture, and scripts that Windows has written. */
export function checkPrograms(files: Files): Finding[] {
  const own = [...files.all()].filter(({ type }) => type === 'file');
  return [
    ...withoutChoice(own).map(({ path }) => wrongArchitecture(path)),
    ...own.filter(isBrokenByCrlf).map(({ path }) => crlfScript(path)),
  ];
}

/** Some packages bring one of the same name for each platform, and load only the one that fits. */
function withoutChoice(own: Entry[]): Entry[] {
  const fitting = new Set(own.filter(({ facts }) => facts.elf?.isAmd64).map(toChoice));
  return own.filter((entry) => isForeign(entry) && !fitting.has(toChoice(entry)));
}

const toChoice = ({ path }: Entry): string => {
  const [inPackage = posix.dirname(path)] = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(path) ?? [];
  return `${inPackage} ${posix.basename(path)}`;
};

function isForeign({ path, facts: { elf }, sizeBytes }: Entry): boolean {
  if (OTHER_PLATFORMS.test(path)) return false;
  if (path.endsWith('.node')) return sizeBytes > 0 && !elf?.isAmd64;
  const isOurs = isBelow(path, TASK_ROOT) || isBelow(path, RUNTIME_ROOT);
  return isOurs && elf !== undefined && !elf.isAmd64;
}

/** After `#!` no program is found any more, and a shell takes the carriage return for a part of each command. */
function isBrokenByCrlf({ path, mode, facts: { shebang, hasCrlf } }: Entry): boolean {
  if (!hasCrlf || path.includes('/node_modules/')) return false;
  if (shebang !== undefined) return shebang.endsWith('\r') || SHELL.test(shebang);
  return (mode & ANY_EXECUTE) !== 0 && /^\.(ba)?sh$/.test(posix.extname(path));
}

const wrongArchitecture = (path: string): Finding => ({
  code: 'WRONG_ARCHITECTURE',
  severity: 'error',
  message: `${path} is not made for linux/amd64, so it cannot be loaded there`,
  cure: 'Install the packages in the image itself (RUN npm ci), not on another machine.',
  path,
});

const crlfScript = (path: string): Finding => ({
  code: 'CRLF_SCRIPT',
  severity: 'error',
  message: `${path} is a script whose lines end as on Windows (CRLF), so Linux cannot run it`,
  cure: 'Save it with LF line ends, and add to .gitattributes: *.sh text eol=lf',
  path,
});
