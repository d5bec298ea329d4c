import { INDEX_TYPES, imageIndex, type Manifest } from './checkManifest.ts';
import type { Finding } from './finding.ts';
import type { InspectedImage } from './inspectImage.ts';

const ZSTD_LAYER = /\+zstd$/;

/** What the engine and what it saves tell before anything is pushed. */
export function checkPlatform(
  { Os, Architecture, Descriptor }: InspectedImage,
  manifests: Manifest[],
): Finding[] {
  const isIndex =
    INDEX_TYPES.includes(Descriptor?.mediaType ?? '') || manifests.some((manifest) => manifest.manifests);
  const isZstd = manifests.some(({ layers }) =>
    layers?.some(({ mediaType = '' }) => ZSTD_LAYER.test(mediaType)),
  );
  return [
    ...(Os === 'linux' && Architecture === 'amd64' ? [] : [wrongPlatform(`${Os}/${Architecture}`)]),
    ...(isIndex ? [imageIndex()] : []),
    ...(isZstd ? [zstdLayer()] : []),
  ];
}

const wrongPlatform = (platform: string): Finding => ({
  code: 'WRONG_PLATFORM',
  severity: 'error',
  message: `The image is for ${platform}, and BioT runs plugins on linux/amd64`,
  cure: 'Take a base image that has linux/amd64, and no --platform of your own.',
});

const zstdLayer = (): Finding => ({
  code: 'WRONG_LAYER',
  severity: 'error',
  message: 'A layer is compressed with zstd, and Lambda accepts gzip',
  cure: 'Add: -- --output type=image,compression=gzip,force-compression=true',
});
