import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundle } from '../../deploy/bundle.ts';
import { runProgram } from '../../deploy/runProgram.ts';
import { zip } from '../../deploy/zip.ts';
import { copyProject } from '../builders/project.ts';

describe('zip', () => {
  const one = copyProject('one');
  const two = copyProject('two');

  it('packs the bundle and nothing else, the same bytes in another folder and at another time', async () => {
    const zips = [one, two].map(async (root) => readFileSync(await zip((await bundle(root)).taskRoot)));

    const [first, second] = await Promise.all(zips);

    expect(Object.keys(unzipSync(first ?? Buffer.alloc(0)))).toEqual([
      'index.js',
      'THIRD-PARTY-NOTICES.txt',
      'package.json',
    ]);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
  });

  it('packs the same bytes in another time zone, for a person whose files nobody else may read', async () => {
    const make = async (root: string, { umask, TZ }: { umask: string; TZ: string }) => {
      const script = `umask ${umask}; exec "${process.execPath}" cli/zip.ts`;
      const { code, stderr } = await runProgram('sh', ['-c', script], {
        cwd: root,
        env: { ...process.env, TZ },
      });
      if (code !== 0) throw new Error(stderr);
      return readFileSync(join(root, 'dist/plugin.zip'));
    };

    const first = await make(one, { umask: '077', TZ: 'Pacific/Kiritimati' });
    const second = await make(two, { umask: '000', TZ: 'America/New_York' });

    expect(first.equals(second)).toBe(true);
  });

  it('packs a handler that loads without anything around it', async () => {
    const entries = unzipSync(readFileSync(await zip((await bundle(one)).taskRoot)));
    const path = join(mkdtempSync(join(tmpdir(), 'biot-zip-')), 'index.cjs');
    writeFileSync(path, entries['index.js'] ?? '');

    const { handler } = require(path);

    expect({ type: typeof handler, parameters: handler.length }).toEqual({ type: 'function', parameters: 2 });
  });
});
