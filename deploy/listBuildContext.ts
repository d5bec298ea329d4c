import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';

/** `path` is relative to the project, with slashes. */
export type ContextEntry = { path: string; kind: 'file' | 'link' };

const DOCKERFILE = 'Dockerfile';

/**
 * What `docker build` takes into account: the Dockerfile, and each file and link that .dockerignore lets through,
 * sorted by the bytes of their paths. Folders without files count for nothing.
 */
export async function listBuildContext(projectRoot: string): Promise<ContextEntry[]> {
  const entries = await listFolder(projectRoot, '', await readRules(projectRoot));
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

/** `prefix` is empty, or the folder's path with a slash at its end. */
async function listFolder(projectRoot: string, prefix: string, rules: Rules): Promise<ContextEntry[]> {
  const entries: ContextEntry[] = [];
  for (const entry of await readdir(join(projectRoot, prefix), { withFileTypes: true })) {
    const path = prefix + entry.name;
    const isIn = path === DOCKERFILE || !rules.isIgnored(path);
    const kind = isIn && toKind(entry);
    if (kind) entries.push({ path, kind });
    const goesOn = entry.isDirectory() && (isIn || rules.mayHold(path));
    if (goesOn) entries.push(...(await listFolder(projectRoot, `${path}/`, rules)));
  }
  return entries;
}

/** Docker leaves sockets and their like out. */
function toKind(entry: Dirent): ContextEntry['kind'] | undefined {
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : undefined;
}

type Rules = {
  isIgnored(path: string): boolean;
  /** May an ignored folder have files in it that are not? */
  mayHold(folder: string): boolean;
};

async function readRules(projectRoot: string): Promise<Rules> {
  const lines = (await readIgnoreFile(projectRoot)).split(/\r?\n/);
  const ignore = dockerignore.default({ ignorecase: false }).add(lines);
  // Up to where a pattern is plain text: behind that anything may come.
  const exceptions = lines
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1).trim().replace(/^\/+/, ''))
    .map((pattern) => ({ start: pattern.replace(/[*?[\\].*$/, ''), isPlain: !/[*?[\\]/.test(pattern) }));
  return {
    isIgnored: (path) => ignore.ignores(path),
    mayHold: (folder) =>
      exceptions.some(
        ({ start, isPlain }) =>
          start.startsWith(`${folder}/`) || (!isPlain && `${folder}/`.startsWith(start)),
      ),
  };
}

/** BuildKit prefers the Dockerfile's own one. */
async function readIgnoreFile(projectRoot: string): Promise<string> {
  for (const name of [`${DOCKERFILE}.dockerignore`, '.dockerignore']) {
    const text = await readFile(join(projectRoot, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text.replace(/^\uFEFF/, '');
  }
  return '';
}
