import type { Entry } from './readLayer.ts';

/** The user that Lambda runs a function as, whatever the image's USER says. */
export const LAMBDA_USER = { uid: 993, gid: 990 };

/** Where Lambda says that the function and its runtime are, whatever the image's ENV says. */
export const TASK_ROOT = '/var/task';
export const RUNTIME_ROOT = '/var/runtime';

const READ = 4;
const EXECUTE = 1;

export const canRead = (entry: Entry): boolean => isAllowed(entry, READ);

/** Of a directory: may it be gone through? */
export const canExecute = (entry: Entry): boolean => isAllowed(entry, EXECUTE);

function isAllowed({ mode, uid, gid }: Entry, right: number): boolean {
  if (uid === LAMBDA_USER.uid) return (mode & (right << 6)) !== 0;
  if (gid === LAMBDA_USER.gid) return (mode & (right << 3)) !== 0;
  return (mode & right) !== 0;
}
