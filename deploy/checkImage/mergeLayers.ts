import { posix } from 'node:path';
import type { Entry } from './readLayer.ts';

/** The files as the running container sees them. */
export type Files = {
  /** What lies there itself, a link included. */
  get(path: string): Entry | undefined;
  /** What lies there when links are followed; undefined when nothing does. */
  resolve(path: string): Entry | undefined;
  all(): Iterable<Entry>;
};

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/** As Linux has it. */
const MAX_LINKS = 40;

/** Lays the layers over each other, the lowest first. */
export function mergeLayers(layers: Entry[][]): Files {
  const files = new Map<string, Entry>();
  for (const layer of layers) {
    const [removals, entries] = partition(layer);
    for (const { path } of removals) remove(files, path);
    for (const entry of entries) add(files, entry);
  }
  return {
    get: (path) => files.get(posix.resolve('/', path)),
    resolve: (path) => resolvePath(files, posix.resolve('/', path)),
    all: () => files.values(),
  };
}

function partition(layer: Entry[]): [removals: Entry[], entries: Entry[]] {
  const isRemoval = ({ path }: Entry) => posix.basename(path).startsWith(WHITEOUT);
  return [layer.filter(isRemoval), layer.filter((entry) => !isRemoval(entry))];
}

function remove(files: Map<string, Entry>, whiteout: string): void {
  const name = posix.basename(whiteout);
  const directory = posix.dirname(whiteout);
  const isAllBelow = name === OPAQUE;
  const removed = isAllBelow ? directory : posix.join(directory, name.slice(WHITEOUT.length));
  if (!isAllBelow) files.delete(removed);
  removeBelow(files, removed);
}

function add(files: Map<string, Entry>, entry: Entry): void {
  if (entry.type !== 'directory' && files.get(entry.path)?.type === 'directory')
    removeBelow(files, entry.path);
  files.set(entry.path, entry);
}

function removeBelow(files: Map<string, Entry>, directory: string): void {
  const prefix = directory === '/' ? '/' : `${directory}/`;
  for (const path of files.keys()) if (path.startsWith(prefix) && path !== '/') files.delete(path);
}

/** Part by part, because a directory on the way may be a link too. */
function resolvePath(files: Map<string, Entry>, path: string): Entry | undefined {
  let rest = path.split('/').filter(Boolean);
  let at = '/';
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...others] = rest;
    const next = posix.join(at, name);
    const entry = files.get(next);
    rest = others;
    if (entry?.type !== 'symlink') at = next;
    else {
      if (++links > MAX_LINKS) return undefined;
      rest = [
        ...posix
          .resolve(at, entry.target ?? '')
          .split('/')
          .filter(Boolean),
        ...others,
      ];
      at = '/';
    }
  }
  const found = files.get(at);
  return found?.type === 'link' ? files.get(posix.resolve('/', found.target ?? '')) : found;
}
