import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseRuntimeClient, removeTask, unpackZip } from '../../../emulator/lambda/processLauncher.ts';
import { PROJECT_ROOT, zip } from '../../builders/emulator.ts';

describe('unpackZip', () => {
  let root: string | undefined;

  afterEach(async () => {
    if (root) await removeTask(root);
    root = undefined;
  });

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

  it('refuses what is no ZIP', async () => {
    const unpacked = unpackZip(Buffer.from('no ZIP'));

    await expect(unpacked).rejects.toThrow('invalid zip data');
  });
});

describe('chooseRuntimeClient', () => {
  it('takes the small client where AWS’s is not built, and says once what is not kept', () => {
    const lines: string[] = [];
    const choose = chooseRuntimeClient('/nowhere', (line) => lines.push(line));

    const chosen = [choose(), choose()];

    expect(chosen).toEqual(Array(2).fill('/nowhere/emulator/lambda/runtimeClient.mjs'));
    expect(lines).toEqual([expect.stringMatching(/small client.*memory limit are not kept/)]);
  });

  it('takes a client that is there', () => {
    const path = chooseRuntimeClient(PROJECT_ROOT, () => undefined)();

    expect(existsSync(path)).toBe(true);
  });
});
