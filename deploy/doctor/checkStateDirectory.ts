import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, ok, type Patient, problem, warning } from './check.ts';

/** Can `.biot` be written, and by its owner only? Tried, as a mode says nothing of a read-only file system. */
export async function checkStateDirectory({
  stateDirectory: path,
}: Pick<Patient, 'stateDirectory'>): Promise<Finding> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => ({ code: error.code }));
  if ('code' in found) {
    if (found.code === 'ENOENT') return ok(`${path} is not there yet: login and deploy make it`);
    return problem(`${path} cannot be read (${found.code})`, 'Check who owns it and its permissions.');
  }
  if (!found.isDirectory()) return problem(`${path} is not a folder`, 'Move it away.');
  const failure = await tryWriting(path);
  if (failure) return problem(`${path} cannot be written (${failure})`, `Make it yours: chmod u+rwx ${path}`);
  const isOpen = process.platform !== 'win32' && (found.mode & 0o077) !== 0;
  if (!isOpen) return ok(`${path} can be written, and read by you only`);
  return warning(`${path} can be read by others, and registry passwords are in it`, `chmod 700 ${path}`);
}

async function tryWriting(path: string): Promise<string | undefined> {
  const file = join(path, `doctor-${process.pid}`);
  try {
    await writeFile(file, '');
    await rm(file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
