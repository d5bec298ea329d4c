import { join } from 'node:path';
import { hashBuildContext } from '../../deploy/contentHash.ts';
import { type FindCodeOptions, findCode } from '../../deploy/findCode.ts';
import type { Place } from '../../deploy/place.ts';
import type { Release } from '../../deploy/releases.ts';
import { makeStateDirectory, type PushedImage, writePushedImage } from '../../deploy/stateDirectory.ts';
import { pluginFile, released } from '../builders/deployed.ts';
import { failureOf } from '../builders/failure.ts';
import { makeFolder } from '../builders/folder.ts';

const BASE_URL = 'https://api.test';
const MINE = `sha256:${'1'.repeat(64)}`;
const OTHER = `sha256:${'2'.repeat(64)}`;

describe('findCode', () => {
  let place: Place;
  let contentHash: string;

  const live = (digest: string): Release => ({ ...released(), digest, contentHash });
  const pushed = (change: Partial<PushedImage>) =>
    writePushedImage(place.stateDirectory, {
      imageTag: '1',
      digest: MINE,
      repositoryUri: 'registry.test/plugins',
      baseUrl: BASE_URL,
      platform: 'linux/amd64',
      contentHash,
      buildArgs: [],
      createdAt: '2026-01-01T00:00:00.000Z',
      ...change,
    });
  const isNew = async (options: Partial<FindCodeOptions> = {}) => {
    const code = await findCode(place, {
      file: pluginFile(),
      live: live(MINE),
      isRecorded: false,
      ...options,
    });
    return code.isNew;
  };

  beforeEach(async () => {
    const projectRoot = makeFolder({ Dockerfile: 'FROM scratch\n', '.dockerignore': '.biot\n' });
    const stateDirectory = await makeStateDirectory(join(projectRoot, '.biot'));
    place = { projectRoot, stateDirectory, settings: { baseUrl: BASE_URL } } as Place;
    contentHash = await hashBuildContext(projectRoot);
  });

  it('is not new when BioT runs what the project is now', async () => {
    await pushed({});

    expect(await isNew()).toBe(false);
  });

  it('is not new when an image of something else has been pushed since, as long as BioT runs this', async () => {
    await pushed({ digest: OTHER, contentHash: 'of something else' });

    expect(await isNew()).toBe(false);
  });

  it('is new when another image of the same content has been pushed since', async () => {
    await pushed({ digest: OTHER });

    expect(await isNew()).toBe(true);
  });

  it.each<[string, string[], boolean]>([
    ['those that BioT’s image was built with', ['--build-arg', 'NOTE=a'], false],
    ['others', ['--build-arg', 'NOTE=b'], true],
    ['fewer', ['--build-arg=OTHER=a'], true],
  ])('knows build arguments: %s', async (_case, buildArgs, expected) => {
    await pushed({ buildArgs: ['--build-arg', 'NOTE=a'] });

    expect(await isNew({ buildArgs })).toBe(expected);
  });

  it('is new for arguments that say not all, for a rebuild, and when nothing of it is known', async () => {
    await pushed({ buildArgs: ['--build-arg', 'NOTE'] });

    expect([
      await isNew({ buildArgs: ['--build-arg', 'NOTE'] }),
      await isNew({ rebuild: true }),
      await isNew({ live: undefined }),
    ]).toEqual([true, true, true]);
  });

  it('does not take an image that was pushed to another BioT', async () => {
    await pushed({ baseUrl: 'https://other.test' });

    const failure = await failureOf(() => isNew({ isRecorded: true }));

    expect(failure).toMatchObject({
      code: 'NO_IMAGE_PUSHED',
      message: 'No image has been pushed from here to this BioT yet',
    });
  });
});
