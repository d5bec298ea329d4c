import { buildImage, digestsIn } from './buildImage.ts';
import { verifyImage } from './checkImage/verifyImage.ts';
import { hashBuildContext } from './contentHash.ts';
import { createTag } from './createTag.ts';
import { openDocker, PLATFORM } from './docker.ts';
import { EXIT, Failure } from './failure.ts';
import { pushImage } from './pushImage.ts';
import { openRegistry, type Registry } from './registry.ts';
import { removeOldTags } from './removeOldTags.ts';
import { makeStateDirectory, type PushedImage, writePushedImage } from './stateDirectory.ts';
import type { Steps } from './steps.ts';

export type BuildAndPushOptions = {
  projectRoot: string;
  stateDirectory: string;
  env: NodeJS.ProcessEnv;
  repositoryUri: string;
  /** The BioT that it is for. */
  baseUrl?: string | undefined;
  /** Default: one never used before. */
  tag?: string | undefined;
  /** For `docker build`, like `--build-arg NODE_IMAGE=…`. */
  buildArgs: string[];
  /** Makes a new login once the registry has refused the one there is; absent when that cannot be. */
  renewLogin?: (() => Promise<unknown>) | undefined;
  /** Ends it before its time. */
  signal?: AbortSignal | undefined;
  steps: Steps;
};

export const NOTHING_CHANGED = 'Nothing on BioT has changed. Run it again when you like.';

/** Builds for Lambda's platform, checks what was built, pushes it, and remembers it. @throws Failure */
export async function buildAndPush(options: BuildAndPushOptions): Promise<PushedImage> {
  const { projectRoot, env, repositoryUri, buildArgs, signal, steps } = options;
  const stateDirectory = await makeStateDirectory(options.stateDirectory);
  const docker = await openDocker(stateDirectory, env, signal);
  const registry = openRegistry(options);
  const imageTag = options.tag ?? createTag(new Date());
  const reference = `${repositoryUri}:${imageTag}`;

  if (options.tag) await refuseUsedTag(registry, options.tag);
  const contentHash = await hashBuildContext(projectRoot);
  const built = await steps.run({ title: 'Building the image', ifInterrupted: NOTHING_CHANGED }, (show) =>
    buildImage(docker, { projectRoot, reference, buildArgs, show }),
  );
  // The very image was pushed before, and so it was checked.
  const isKnown = digestsIn(built, repositoryUri).length > 0;
  if (!isKnown) await verifyImage({ docker, env, reference, signal, steps, ifInterrupted: NOTHING_CHANGED });
  const digest = await steps.run({ title: 'Pushing the image', ifInterrupted: NOTHING_CHANGED }, (show) =>
    pushImage(docker, { ...options, imageTag, registry, show }),
  );
  const image = toPushedImage({ ...options, imageTag, digest, contentHash });
  await writePushedImage(stateDirectory, image);
  await removeOldTags(docker, repositoryUri);
  return image;
}

type Pushed = Pick<BuildAndPushOptions, 'repositoryUri' | 'baseUrl' | 'buildArgs'> &
  Required<Pick<PushedImage, 'imageTag' | 'digest' | 'contentHash'>>;

export function toPushedImage(pushed: Pushed): PushedImage {
  const { imageTag, digest, repositoryUri, baseUrl, contentHash, buildArgs } = pushed;
  return {
    imageTag,
    digest,
    repositoryUri,
    ...(baseUrl !== undefined && { baseUrl }),
    platform: PLATFORM,
    contentHash,
    buildArgs,
    createdAt: new Date().toISOString(),
  };
}

/** Of a registry that cannot be read, the push says what is wrong. */
async function refuseUsedTag(registry: Registry, tag: string): Promise<void> {
  if ((await registry.readManifest(tag)).kind !== 'found') return;
  throw new Failure({
    code: 'TAG_IN_USE',
    exitCode: EXIT.conflict,
    message: `The repository has an image with the tag ${tag} already`,
    cure: 'Choose another one, or leave --tag out.',
  });
}
