import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A function's code, its temporary files, the pushed images, what docker is told. */
type Kind = 'task' | 'tmp' | 'registry' | 'docker';

/** A new folder, for its owner only. Its name says which process made it. */
export const makeFolder = (kind: Kind): Promise<string> =>
  mkdtemp(join(tmpdir(), `biot-${kind}-${process.pid}-`));

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Removes the folders of processes that have been killed before they could do it; not those of somebody else's. */
export async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^biot-(?:task|tmp|registry|docker)-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await removeFolder(join(tmpdir(), name)).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}
