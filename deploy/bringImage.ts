import { NOTHING_CHANGED } from './buildAndPush.ts';
import { createTag } from './createTag.ts';
import { type Docker, openDocker } from './docker.ts';
import { EXIT, Failure } from './failure.ts';
import type { ReleasedCode } from './findCode.ts';
import { goneRelease } from './goneRelease.ts';
import { openRepository, type Repository } from './openRepository.ts';
import type { Place } from './place.ts';
import { pushImage } from './pushImage.ts';
import type { Release } from './releases.ts';

export type BroughtImage = Pick<ReleasedCode, 'digest' | 'repositoryUri'> & { imageTag: string };

/**
 * Sees to it that BioT's repository has a release's image under a tag: it has it still, or has its digest, or the local
 * docker has it and pushes it again. @throws Failure that says how to build it again
 */
export async function bringImage(place: Place, release: Release): Promise<BroughtImage> {
  const { steps } = place;
  const looking = {
    title: `Looking for the image of release ${release.version}`,
    ifInterrupted: NOTHING_CHANGED,
  };
  const { repository, found } = await steps.run(looking, async (show) => {
    const opened = await openRepository({ ...place, onRetry: (line) => show(`${line}\n`) });
    return { repository: opened, found: await findInRepository(opened, release) };
  });
  if (found) return found;
  const pushing = { title: 'Pushing it again from the local docker', ifInterrupted: NOTHING_CHANGED };
  return steps.run(pushing, (show) => pushAgain(place, { repository, release, show }));
}

async function findInRepository(
  { repositoryUri, registry }: Repository,
  { imageTag = '', digest }: Release,
): Promise<BroughtImage | undefined> {
  const tagged = imageTag ? await registry.readManifest(imageTag) : undefined;
  if (tagged?.kind === 'found' && tagged.digest === digest) return { imageTag, digest, repositoryUri };
  if (!(await registry.hasDigest(digest))) return undefined;
  const tag = createTag(new Date());
  await registry.tagManifest(digest, tag);
  return { imageTag: tag, digest, repositoryUri };
}

type Pushing = { repository: Repository; release: Release; show(output: string): void };

async function pushAgain(place: Place, { repository, release, show }: Pushing): Promise<BroughtImage> {
  const { repositoryUri } = repository;
  const docker = await openDocker(place.stateDirectory, place.env, place.signal).catch((error) => {
    throw error instanceof Failure && error.exitCode === EXIT.noEngine
      ? goneRelease(
          release,
          'the registry does not have its image any more, and no container engine answers here',
        )
      : error;
  });
  const id = await findLocal(docker, release.digest);
  if (!id) throw goneRelease(release, 'neither the registry nor docker here has its image any more');
  const imageTag = createTag(new Date());
  await docker.run(['tag', id, `${repositoryUri}:${imageTag}`]);
  const digest = await pushImage(docker, { ...repository, imageTag, signal: place.signal, show });
  return { imageTag, digest, repositoryUri };
}

/** Docker remembers the digests that it has pushed, of whatever repository. */
async function findLocal(docker: Docker, digest: string): Promise<string | undefined> {
  const { stdout } = await docker.run([
    'image',
    'ls',
    '--digests',
    '--no-trunc',
    '--format',
    '{{.Digest}} {{.ID}}',
  ]);
  const line = stdout.split('\n').find((each) => each.startsWith(`${digest} `));
  return line?.split(' ')[1]?.trim();
}
