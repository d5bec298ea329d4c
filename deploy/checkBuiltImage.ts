import { EXIT, Failure } from './failure.ts';

/** What `docker image inspect` tells; `Descriptor` only where docker keeps images in containerd. */
export type InspectedImage = {
  Os?: string;
  Architecture?: string;
  Descriptor?: { mediaType?: string };
};

/** A manifest as a registry returns it. */
export type Manifest = {
  mediaType?: string;
  manifests?: unknown;
  config?: { mediaType?: string };
  layers?: { mediaType?: string }[];
};

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const LAYER_TYPES = [
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
];

/** @throws Failure for an image that Lambda would refuse: another platform, or an index instead of one manifest */
export function checkBuiltImage({ Os, Architecture, Descriptor }: InspectedImage): void {
  if (Os !== 'linux' || Architecture !== 'amd64') {
    const message = `The image is for ${Os}/${Architecture}, and BioT runs plugins on linux/amd64`;
    throw refused(
      'WRONG_PLATFORM',
      message,
      'Take a base image that has linux/amd64, and no --platform of your own.',
    );
  }
  if (Descriptor?.mediaType && INDEX_TYPES.includes(Descriptor.mediaType)) throw isIndex();
}

/** @throws Failure for a manifest that Lambda would refuse */
export function checkManifest(manifest: Manifest, contentType: string): void {
  const mediaType = manifest.mediaType ?? contentType;
  if (manifest.manifests || INDEX_TYPES.includes(mediaType)) throw isIndex();
  if (!MANIFEST_TYPES.includes(mediaType)) {
    const message = `The manifest’s media type ${mediaType} is none that Lambda accepts`;
    throw refused('WRONG_MANIFEST', message, 'Build with docker’s default output.');
  }
  const layer = manifest.layers?.find(({ mediaType: type }) => !LAYER_TYPES.includes(type ?? ''));
  if (layer) {
    const message = `A layer’s media type ${layer.mediaType} is none that Lambda accepts`;
    throw refused(
      'WRONG_LAYER',
      message,
      'Add: -- --output type=image,compression=gzip,force-compression=true',
    );
  }
}

const isIndex = () =>
  refused(
    'IMAGE_INDEX',
    'The image is an index of manifests, and Lambda takes one manifest only',
    'Build with --provenance=false --sbom=false and for one platform.',
  );

const refused = (code: string, message: string, cure: string) =>
  new Failure({ code, exitCode: EXIT.failed, message, cure });
