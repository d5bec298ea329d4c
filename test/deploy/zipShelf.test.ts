import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, keepZip, readZip } from '../../deploy/zipShelf.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe('the shelf of ZIPs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was kept, by its digest, to its owner only', async () => {
    await keepZip(folder, bytes('one'));
    await keepZip(folder, bytes('two'));

    const found = await readZip(folder, digestOf(bytes('one')));

    expect(found).toEqual(bytes('one'));
    expect(readdirSync(join(folder, 'zips'))).toHaveLength(2);
    expect(statSync(join(folder, 'zips')).mode & 0o777).toBe(0o700);
  });

  it('has none that was never kept, and none that is not whole any more', async () => {
    await keepZip(folder, bytes('one'));
    const digest = digestOf(bytes('one'));
    writeFileSync(join(folder, 'zips', `${digest.slice(7)}.zip`), 'on');

    const found = [await readZip(folder, digest), await readZip(folder, digestOf(bytes('never')))];

    expect(found).toEqual([undefined, undefined]);
  });

  it('drops the oldest of more than twenty', async () => {
    await keepZip(folder, bytes('oldest'));
    utimesSync(join(folder, 'zips', `${digestOf(bytes('oldest')).slice(7)}.zip`), 1, 1);
    for (let n = 0; n < 20; n++) await keepZip(folder, bytes(String(n)));

    const found = [
      await readZip(folder, digestOf(bytes('oldest'))),
      await readZip(folder, digestOf(bytes('0'))),
    ];

    expect(found).toEqual([undefined, bytes('0')]);
  });
});
