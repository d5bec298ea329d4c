import { execFileSync } from 'node:child_process';
import { MB } from '../statistics.ts';

/** Bytes of all files, and of those that are neither Node nor a library that it is linked with; uncompressed. */
export type ImageFigures = { allBytes: number; ownBytes: number; files: Record<string, number> };

const LIST = `
  const list = (folder) => fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (['/proc', '/sys', '/dev'].includes(path)) return [];
    return entry.isDirectory() ? list(path + '/') : [[path, fs.statSync(path).size]];
  });
  console.log(JSON.stringify(list('/')));`;

/** What the engine puts into a container. */
const ENGINES_OWN = /^\/(etc\/(hostname|hosts|mtab|resolv\.conf)|\.dockerenv)$/;
const NODE = /^\/(usr\/local\/bin\/node|(usr\/)?lib(64)?\/.*\.so(\.\d+)*)$/;

export function measureImage(image: string): ImageFigures {
  const run = ['run', '--rm', '--entrypoint', '/usr/local/bin/node', image, '-e', LIST];
  const listed: [string, number][] = JSON.parse(execFileSync('docker', run, { encoding: 'utf8' }));
  const files = listed.filter(([path]) => !ENGINES_OWN.test(path));
  const sum = (some: [string, number][]) => some.reduce((bytes, [, size]) => bytes + size, 0);
  const own = files.filter(([path]) => !NODE.test(path));
  return { allBytes: sum(files), ownBytes: sum(own), files: Object.fromEntries(own) };
}

export const toImageRows = ({ allBytes, ownBytes, files }: ImageFigures): string[] => [
  'IMAGE, UNCOMPRESSED, MB',
  `  in all${(allBytes / MB).toFixed(2).padStart(46)}`,
  `  all but Node and its libraries${(ownBytes / MB).toFixed(2).padStart(22)}`,
  ...Object.entries(files).map(
    ([path, bytes]) => `    ${path.padEnd(40)}${(bytes / MB).toFixed(3).padStart(8)}`,
  ),
];
