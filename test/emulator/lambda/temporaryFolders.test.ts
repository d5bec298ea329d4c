import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, removeFolder, removeLeftOvers } from '../../../emulator/lambda/temporaryFolders.ts';

/** Larger than any that a system gives. */
const NO_PROCESS = 2_000_000_000;

describe('removeLeftOvers', () => {
  it('removes the folders of processes that are gone, and no others', async () => {
    const inUse = await makeFolder('task');
    const leftOver = join(tmpdir(), `biot-tmp-${NO_PROCESS}-${process.pid}`);
    mkdirSync(join(leftOver, 'deep'), { recursive: true });

    await removeLeftOvers();

    expect([existsSync(inUse), existsSync(leftOver)]).toEqual([true, false]);
    await removeFolder(inUse);
  });
});
