import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendRelease, type Release, type ReleaseKey, readReleases } from '../../deploy/releases.ts';

const key: ReleaseKey = { baseUrl: 'https://api.example.com', plugin: 'my-plugin' };
const release = (version: number, change: Partial<Release> = {}): Release => ({
  ...key,
  version,
  deploymentPackageType: 'ZIP',
  digest: `sha256:${version}`,
  contentHash: `sha256:c${version}`,
  config: { hash: 'h', salt: 's', variables: {}, fields: {} },
  pluginCreatedAt: '2026-01-01T00:00:00.000Z',
  createdAt: '2026-01-02T00:00:00.000Z',
  ...change,
});

describe('the ledger', () => {
  let folder: string;
  let stateDirectory: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'biot-test-'));
    stateDirectory = join(folder, '.biot');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has no release before the first', async () => {
    const releases = await readReleases(stateDirectory, key);

    expect(releases).toEqual([]);
  });

  it('gives back what was added, oldest first, to its owner only', async () => {
    await appendRelease(stateDirectory, release(1));
    await appendRelease(stateDirectory, release(2));

    const releases = await readReleases(stateDirectory, key);

    expect(releases).toEqual([release(1), release(2)]);
    const modes = [stateDirectory, join(stateDirectory, 'releases.jsonl')].map((path) => statSync(path).mode);
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600']);
  });

  it.each([
    ['plugin', { plugin: 'another' }],
    ['BioT', { baseUrl: 'https://api.other.example.com' }],
    ['environment', { environmentName: 'stage' }],
  ])('keeps the releases of another %s apart', async (_what, change) => {
    await appendRelease(stateDirectory, release(1, change));
    await appendRelease(stateDirectory, release(2));

    const releases = await readReleases(stateDirectory, key);
    const others = await readReleases(stateDirectory, { ...key, ...change });

    expect([releases, others]).toEqual([[release(2)], [release(1, change)]]);
  });

  it('passes over a line that was cut off, and adds the next one after it', async () => {
    await appendRelease(stateDirectory, release(1));
    appendFileSync(join(stateDirectory, 'releases.jsonl'), JSON.stringify(release(2)).slice(0, 40));

    await appendRelease(stateDirectory, release(3));

    expect(await readReleases(stateDirectory, key)).toEqual([release(1), release(3)]);
  });

  it('passes over a line that has not all that a plan needs', async () => {
    await appendRelease(stateDirectory, release(1));
    const { config: _config, ...older } = release(2);
    appendFileSync(join(stateDirectory, 'releases.jsonl'), `${JSON.stringify(older)}\n`);

    const releases = await readReleases(stateDirectory, key);

    expect(releases).toEqual([release(1)]);
  });

  it('changes nothing of what stands there', async () => {
    await appendRelease(stateDirectory, release(1));
    const path = join(stateDirectory, 'releases.jsonl');
    const before = `# somebody's note\n${readFileSync(path, 'utf8')}`;
    writeFileSync(path, before);

    await appendRelease(stateDirectory, release(2));

    expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
  });
});
