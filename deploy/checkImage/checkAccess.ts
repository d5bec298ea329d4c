import { posix } from 'node:path';
import { canExecute, canRead, RUNTIME_ROOT, TASK_ROOT } from './access.ts';
import type { Finding } from './finding.ts';
import type { ImageConfig } from './inspectImage.ts';
import type { Files } from './mergeLayers.ts';
import type { Entry } from './readLayer.ts';

const OTHERS_WRITE = 0o002;

/** What Lambda's user could not read of the function and its runtime, and where the function would start. */
export function checkAccess(files: Files, { WorkingDir }: ImageConfig): Finding[] {
  const workingDirectory = posix.resolve('/', WorkingDir || '/');
  const roots = [TASK_ROOT, RUNTIME_ROOT, ...(workingDirectory === '/' ? [] : [workingDirectory])];
  const unreadable = [...files.all()].filter((entry) => isOnTheWay(entry, roots) && !isOpen(entry));
  return [
    ...unreadable.map(notReadable),
    ...checkWorkingDirectory(files, workingDirectory),
    ...checkTaskRoot(files.resolve(TASK_ROOT)),
  ];
}

export const isBelow = (path: string, directory: string): boolean => path.startsWith(`${directory}/`);

function isOnTheWay({ path, type }: Entry, roots: string[]): boolean {
  return roots.some(
    (root) =>
      path === root || isBelow(path, root) || (type === 'directory' && (path === '/' || isBelow(root, path))),
  );
}

function isOpen(entry: Entry): boolean {
  if (entry.type === 'directory') return canExecute(entry);
  return entry.type !== 'file' || canRead(entry);
}

const notReadable = ({ path, type, mode }: Entry): Finding => ({
  code: 'NOT_READABLE',
  severity: 'error',
  message: `${path} has mode ${(mode & 0o777).toString(8)}, and Lambda’s user cannot ${type === 'directory' ? 'enter' : 'read'} it`,
  cure: 'Give all users the right to read, in the Dockerfile: RUN chmod -R a+rX /var/task (or the folder it is in)',
  path,
});

function checkWorkingDirectory(files: Files, path: string): Finding[] {
  const isThere = files.resolve(path)?.type === 'directory' || hasFilesBelow(files, path);
  if (isThere) return [];
  return [
    {
      code: 'NO_WORKING_DIRECTORY',
      severity: 'error',
      message: `The working directory ${path} is not in the image, so Lambda cannot start the function there`,
      cure: 'Name a directory that is there: WORKDIR /var/task',
      path,
    },
  ];
}

function hasFilesBelow(files: Files, directory: string): boolean {
  if (directory === '/') return true;
  for (const { path } of files.all()) if (isBelow(path, directory)) return true;
  return false;
}

function checkTaskRoot(taskRoot: Entry | undefined): Finding[] {
  if (!taskRoot || (taskRoot.mode & OTHERS_WRITE) === 0) return [];
  return [
    {
      code: 'WORLD_WRITABLE',
      severity: 'warning',
      message: `Everybody may write to ${taskRoot.path}, so wherever its root is not read-only the function can be replaced`,
      cure: `Take the right away: RUN chmod o-w ${taskRoot.path}`,
      path: taskRoot.path,
    },
  ];
}
