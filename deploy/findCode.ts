import { hashBuildContext } from './contentHash.ts';
import { ensureImage, isOf } from './ensureImage.ts';
import { EXIT, Failure } from './failure.ts';
import { makeZip } from './makeZip.ts';
import type { Place } from './place.ts';
import type { Plugin, PluginCode } from './pluginApi.ts';
import type { PluginFile } from './pluginFile.ts';
import type { Release } from './releases.ts';
import { type PushedImage, readPushedImage } from './stateDirectory.ts';
import { digestOf, keepZip } from './zipShelf.ts';

/** What the ledger holds of the code. */
export type ReleasedCode = Pick<Release, 'digest' | 'contentHash' | 'imageTag' | 'repositoryUri'>;

/** What is to run. `isNew` when it is other than what the last release from here has put there. */
export type Code = {
  isNew: boolean;
  /** Makes what is sent: builds and pushes the image where that is needed. @throws Failure */
  make(): Promise<{ code: PluginCode; released: ReleasedCode }>;
};

export type FindCodeOptions = {
  file: PluginFile;
  /** The release that BioT has, if it is one from here. */
  live: Release | undefined;
  /** The image that was pushed last, as it is, instead of one of what the project is now. */
  isRecorded: boolean;
  buildArgs?: string[];
  rebuild?: boolean;
};

export function findCode(place: Place, options: FindCodeOptions): Promise<Code> {
  if (options.file.deploymentPackageType === 'ZIP') return findZip(place, options);
  return options.isRecorded ? findRecordedImage(place, options) : findImage(place, options);
}

/** The release that BioT has now: the last one from here, unless somebody has deployed since. */
export const liveRelease = (current: Plugin | undefined, last: Release | undefined): Release | undefined =>
  last && current && last.version === current.version ? last : undefined;

async function findZip({ projectRoot, stateDirectory }: Place, { live }: FindCodeOptions): Promise<Code> {
  const bytes = await makeZip(projectRoot);
  const digest = digestOf(bytes);
  return {
    isNew: live?.digest !== digest,
    async make() {
      await keepZip(stateDirectory, bytes);
      return { code: { zip: bytes }, released: { digest, contentHash: digest } };
    },
  };
}

async function findRecordedImage(
  { stateDirectory, settings }: Place,
  { live }: FindCodeOptions,
): Promise<Code> {
  const image = await readPushedImage(stateDirectory, settings.baseUrl);
  if (!image) throw nothingPushed();
  return { isNew: live?.digest !== image.digest, make: async () => toMade(image) };
}

async function findImage(place: Place, { live, buildArgs, rebuild }: FindCodeOptions): Promise<Code> {
  const contentHash = await hashBuildContext(place.projectRoot);
  const recorded = await readPushedImage(place.stateDirectory, place.settings.baseUrl);
  const isSame =
    !rebuild && live?.contentHash === contentHash && isStill(live, recorded, { contentHash, buildArgs });
  return {
    isNew: !isSame,
    make: async () =>
      toMade((await ensureImage({ ...place, contentHash, ...(buildArgs && { buildArgs }), rebuild })).image),
  };
}

/**
 * Of two images of the same content the one pushed last counts: by other arguments or on another base it is another.
 * Without arguments those of the last time hold.
 */
function isStill(
  live: Release,
  recorded: PushedImage | undefined,
  { contentHash, buildArgs }: { contentHash: string; buildArgs: string[] | undefined },
): boolean {
  if (recorded?.contentHash !== contentHash) return !buildArgs?.length;
  return (
    recorded.digest === live.digest && (!buildArgs?.length || isOf(recorded, { contentHash, buildArgs }))
  );
}

const toMade = ({ imageTag, digest, contentHash, repositoryUri }: PushedImage) => ({
  code: { imageTag },
  released: { digest, contentHash: contentHash ?? digest, imageTag, repositoryUri },
});

const nothingPushed = () =>
  new Failure({
    code: 'NO_IMAGE_PUSHED',
    exitCode: EXIT.usage,
    message: 'No image has been pushed from here to this BioT yet',
    cure: 'Push one first (npx biot-plugin build-and-push), or let npx biot-plugin deploy do all.',
  });
