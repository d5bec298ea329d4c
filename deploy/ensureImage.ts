import { NOTHING_CHANGED, toPushedImage } from './buildAndPush.ts';
import { type BuiltImage, buildImage, digestsIn } from './buildImage.ts';
import { verifyImage } from './checkImage/verifyImage.ts';
import { createTag, toBuildTag } from './createTag.ts';
import { type Docker, openDocker } from './docker.ts';
import { openRepository, type Repository } from './openRepository.ts';
import type { Place } from './place.ts';
import { pushImage } from './pushImage.ts';
import type { Registry } from './registry.ts';
import { removeOldTags } from './removeOldTags.ts';
import { type PushedImage, readPushedImage, writePushedImage } from './stateDirectory.ts';

export type EnsureImageOptions = Omit<Place, 'environmentName' | 'variables' | 'say'> & {
  /** Of what the project is now. */
  contentHash: string;
  /** For `docker build`; absent: those of the last time. */
  buildArgs?: string[] | undefined;
  /** Builds although nothing has changed here: the base image may have. */
  rebuild?: boolean | undefined;
};

export type EnsuredImage = { image: PushedImage; isBuilt: boolean; isPushed: boolean };

type Wanted = { contentHash: string; buildArgs: string[] };

/**
 * The image of what the project is now, in BioT's repository. Builds only what has changed, and pushes only what is not
 * there; without a change no docker is needed. @throws Failure
 */
export async function ensureImage(options: EnsureImageOptions): Promise<EnsuredImage> {
  const { stateDirectory, settings, steps, contentHash, rebuild = false } = options;
  const last = await readPushedImage(stateDirectory, settings.baseUrl);
  const wanted = { contentHash, buildArgs: options.buildArgs ?? last?.buildArgs ?? [] };
  const asking = { title: 'Looking into BioT’s image repository', ifInterrupted: NOTHING_CHANGED };
  const { repository, isThere } = await steps.run(asking, async (show) => {
    const opened = await openRepository({ ...options, onRetry: (line) => show(`${line}\n`) });
    return { repository: opened, isThere: last !== undefined && (await opened.has(last)) };
  });
  const known = isThere ? last : undefined;
  if (known && !rebuild && isOf(known, wanted)) return { image: known, isBuilt: false, isPushed: false };

  const { imageTag, digest, isPushed } = await make(options, { repository, known, wanted });
  const { repositoryUri, baseUrl } = repository;
  const image = toPushedImage({ ...wanted, imageTag, digest, repositoryUri, baseUrl });
  await writePushedImage(stateDirectory, image);
  return { image, isBuilt: true, isPushed };
}

/** What these leave in an image is all in their text, so that equal ones need not be built again. */
const PURE_ARGS = /^--(build-arg|label)=[^=]+=|^--target=/;

/** Was it made of this, so that to build again would make the same? */
export function isOf(image: PushedImage, { contentHash, buildArgs }: Wanted): boolean {
  const joined = buildArgs.join('\n').replaceAll(/^(--(?:build-arg|label|target))\n/gm, '$1=');
  const isPure = buildArgs.length === 0 || joined.split('\n').every((arg) => PURE_ARGS.test(arg));
  const isSame = (image.buildArgs ?? []).join('\n') === buildArgs.join('\n');
  return isPure && isSame && image.contentHash === contentHash;
}

type Making = { repository: Repository; known: PushedImage | undefined; wanted: Wanted };
type Made = { imageTag: string; digest: string; isPushed: boolean };

async function make(options: EnsureImageOptions, { repository, known, wanted }: Making): Promise<Made> {
  const { projectRoot, stateDirectory, env, signal, steps } = options;
  const { repositoryUri } = repository;
  const docker = await openDocker(stateDirectory, env, signal);
  const imageTag = createTag(new Date());
  const reference = `${repositoryUri}:${imageTag}`;
  const building = { title: 'Building the image', ifInterrupted: NOTHING_CHANGED };
  const built = await steps.run(building, (show) =>
    buildImage(docker, { projectRoot, reference, buildArgs: wanted.buildArgs, show }),
  );
  const push = async (): Promise<Made> => {
    await verifyImage({ docker, env, reference, signal, steps, ifInterrupted: NOTHING_CHANGED });
    const pushing = { title: 'Pushing the image', ifInterrupted: NOTHING_CHANGED };
    const digest = await steps.run(pushing, (show) =>
      pushImage(docker, { ...repository, imageTag, signal, show }),
    );
    return { imageTag, digest, isPushed: true };
  };
  const made = (await findPushed(built, repository, { known, imageTag })) ?? (await push());
  await tidy(docker, reference, { repositoryUri, isUsed: made.imageTag === imageTag });
  return made;
}

/** The same image, if the repository has it already: under the tag that is remembered, or by a tag more. */
async function findPushed(
  built: BuiltImage,
  { registry, repositoryUri }: Repository,
  { known, imageTag }: { known: PushedImage | undefined; imageTag: string },
): Promise<Made | undefined> {
  const digests = digestsIn(built, repositoryUri);
  if (known && (digests.includes(known.digest) || (await hasConfigOf(built, registry, known.digest))))
    return { imageTag: known.imageTag, digest: known.digest, isPushed: false };
  for (const digest of digests) {
    if ((await registry.readManifest(digest)).kind !== 'found') continue;
    await registry.tagManifest(digest, imageTag);
    return { imageTag, digest, isPushed: true };
  }
  return undefined;
}

/** Podman's image is the digest of its config, and knows nothing of what was pushed. */
async function hasConfigOf({ Id }: BuiltImage, registry: Registry, digest: string): Promise<boolean> {
  const answer = await registry.readManifest(digest);
  if (answer.kind !== 'found') return false;
  return answer.manifest.config?.digest === `sha256:${Id.replace('sha256:', '')}`;
}

async function tidy(
  docker: Docker,
  reference: string,
  { repositoryUri, isUsed }: { repositoryUri: string; isUsed: boolean },
): Promise<void> {
  if (!isUsed) await docker.run(['rmi', reference, toBuildTag(reference)]);
  await removeOldTags(docker, repositoryUri);
}
