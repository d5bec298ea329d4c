import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { unpackZip } from '../../../emulator/lambda/unpackZip.ts';
import { removeFolder } from '../../../emulator/temporaryFolders.ts';

const zip = (files: Record<string, string | Uint8Array>): Buffer => {
  const entries = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' ? strToU8(content) : content,
  ]);
  return Buffer.from(zipSync(Object.fromEntries(entries)));
};

let root: string | undefined;

afterEach(async () => {
  if (root) await removeFolder(root);
  root = undefined;
});

const leftOvers = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`biot-task-${process.pid}-`)).sort();

describe('unpackZip', () => {
  it('writes all files into a new folder', async () => {
    root = await unpackZip(zip({ 'index.js': 'a', 'lib/deep/b.js': 'b', 'empty/': '', '..c.js': 'c' }));

    const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map(({ name }) => name).sort()).toEqual(['..c.js', 'b.js', 'index.js']);
    expect(await readFile(join(root, 'lib/deep/b.js'), 'utf8')).toBe('b');
  });

  it.each(['../escaped.js', 'a/../../escaped.js', '/tmp/biot-test-escaped.js', '..'])(
    'refuses a ZIP that holds %s',
    async (name) => {
      const unpacked = unpackZip(zip({ 'index.js': 'a', [name]: 'b' }));

      await expect(unpacked).rejects.toThrow('leads out of it');
    },
  );

  it('refuses what is no ZIP, and leaves nothing behind', async () => {
    const before = await leftOvers();

    const unpacked = unpackZip(Buffer.from('no ZIP'));

    await expect(unpacked).rejects.toThrow('invalid zip data');
    expect(await leftOvers()).toEqual(before);
  });

  it('refuses a ZIP of more than 50 MB', async () => {
    const unpacked = unpackZip(Buffer.alloc(50 * 1024 * 1024 + 1));

    await expect(unpacked).rejects.toThrow('The ZIP has 52428801 bytes; Lambda takes 52428800 at most');
  });

  it('refuses a ZIP that unpacks to more than 250 MB, before it unpacks it', async () => {
    const large = withClaimedSize(zip({ 'index.js': 'a' }), 250 * 1024 * 1024 + 1);

    const unpacked = unpackZip(large);

    await expect(unpacked).rejects.toThrow('Unzipped size must be smaller than 262144000 bytes');
  });
});

/** The only file's size as the ZIP's directory tells it. */
function withClaimedSize(bytes: Buffer, size: number): Buffer {
  const directoryEntry = bytes.indexOf(Buffer.from('PK\x01\x02'));
  bytes.writeUInt32LE(size, directoryEntry + 24);
  return bytes;
}
