import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeStateDirectory,
  type PushedImage,
  readPushedImage,
  writePushedImage,
} from '../../deploy/stateDirectory.ts';
import { failureOf } from '../builders/failure.ts';
import { makeFolder } from '../builders/folder.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('makeStateDirectory', () => {
  it('makes it for its owner only, with the folders above it', async () => {
    const folder = makeFolder();

    await makeStateDirectory(join(folder, '.biot/env/stage'));

    const made = ['.biot', '.biot/env', '.biot/env/stage'].map((path) => modeOf(join(folder, path)));
    expect(made).toEqual(['700', '700', '700']);
  });

  it('closes one that was open to others', async () => {
    const folder = join(makeFolder(), '.biot');
    mkdirSync(folder, { mode: 0o755 });

    await makeStateDirectory(folder);

    expect(modeOf(folder)).toBe('700');
  });
});

describe('the image that was pushed last', () => {
  const image: PushedImage = {
    imageTag: 'tag',
    digest: 'sha256:1',
    repositoryUri: 'example.com/plugins',
    baseUrl: 'https://api.example.com',
    platform: 'linux/amd64',
    createdAt: '2026-01-01T00:00:00.000Z',
  };

  it('is read as it was written, by its owner only, and leaves nothing beside it', async () => {
    const folder = makeFolder();

    await writePushedImage(folder, image);

    expect(await readPushedImage(folder, image.baseUrl)).toEqual(image);
    expect(readdirSync(folder)).toEqual(['image.json']);
    expect(modeOf(join(folder, 'image.json'))).toBe('600');
  });

  it('is none for another BioT', async () => {
    const folder = makeFolder();
    await writePushedImage(folder, image);

    const found = await readPushedImage(folder, 'https://api.other.example.com');

    expect(found).toBeUndefined();
  });

  it.each(['{', '', 'null'])('says which file is broken: %j', async (text) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'image.json'), text);

    const failure = await failureOf(() => readPushedImage(folder));

    expect(failure).toMatchObject({ code: 'BROKEN_STATE', exitCode: 2 });
    expect(failure.message).toContain('image.json');
  });
});
