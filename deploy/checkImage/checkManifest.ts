import type { Finding } from './finding.ts';

/** A manifest, as a registry returns it or `docker save` writes it. */
export type Manifest = {
  mediaType?: string;
  manifests?: unknown;
  config?: { mediaType?: string; digest?: string };
  layers?: { mediaType?: string }[];
};

export const INDEX_TYPES = [
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

/** What Lambda would refuse of a manifest in a registry: it takes one, of few media types. */
export function checkManifest(manifest: Manifest, contentType: string): Finding[] {
  const mediaType = manifest.mediaType ?? contentType;
  if (manifest.manifests || INDEX_TYPES.includes(mediaType)) return [imageIndex()];
  if (!MANIFEST_TYPES.includes(mediaType)) return [wrongManifest(mediaType)];
  const layer = manifest.layers?.find(({ mediaType: type }) => !LAYER_TYPES.includes(type ?? ''));
  return layer ? [wrongLayer(layer.mediaType)] : [];
}

export const imageIndex = (): Finding => ({
  code: 'IMAGE_INDEX',
  severity: 'error',
  message: 'The image is an index of manifests, and Lambda takes one manifest only',
  cure: 'Build with --provenance=false --sbom=false and for one platform.',
});

const wrongManifest = (mediaType: string): Finding => ({
  code: 'WRONG_MANIFEST',
  severity: 'error',
  message: `The manifest’s media type ${mediaType} is none that Lambda accepts`,
  cure: 'Build with docker’s default output.',
});

const wrongLayer = (mediaType?: string): Finding => ({
  code: 'WRONG_LAYER',
  severity: 'error',
  message: `A layer’s media type ${mediaType} is none that Lambda accepts`,
  cure: 'Add: -- --output type=image,compression=gzip,force-compression=true',
});
