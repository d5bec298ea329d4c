import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, removeFolder, removeLeftOvers } from '../../emulator/temporaryFolders.ts';

/** Larger than any that a system gives. */
const NO_PROCESS = 2_000_000_000;

describe('removeLeftOvers', () => {
  it.each(['task', 'tmp', 'registry', 'docker'] as const)(
    'removes the %s folders of processes that are gone, and no others',
    async (kind) => {
      const inUse = await makeFolder(kind);
      const leftOver = join(tmpdir(), `biot-${kind}-${NO_PROCESS}-${process.pid}`);
      mkdirSync(join(leftOver, 'deep'), { recursive: true });

      await removeLeftOvers();

      expect([existsSync(inUse), existsSync(leftOver)]).toEqual([true, false]);
      await removeFolder(inUse);
    },
  );
});
