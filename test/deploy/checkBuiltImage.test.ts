import { checkBuiltImage, checkManifest } from '../../deploy/checkBuiltImage.ts';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const GZIP = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };

describe('checkBuiltImage', () => {
  it.each([
    [{ Os: 'linux', Architecture: 'amd64' }],
    [{ Os: 'linux', Architecture: 'amd64', Descriptor: { mediaType: OCI_MANIFEST } }],
  ])('accepts %j', (image) => {
    expect(() => checkBuiltImage(image)).not.toThrow();
  });

  it.each([
    ['WRONG_PLATFORM', { Os: 'linux', Architecture: 'arm64' }],
    ['WRONG_PLATFORM', { Os: 'windows', Architecture: 'amd64' }],
    ['IMAGE_INDEX', { Os: 'linux', Architecture: 'amd64', Descriptor: { mediaType: OCI_INDEX } }],
    ['IMAGE_INDEX', { Os: 'linux', Architecture: 'amd64', Descriptor: { mediaType: DOCKER_LIST } }],
  ])('refuses with %s: %j', (code, image) => {
    expect(() => checkBuiltImage(image)).toThrow(expect.objectContaining({ code, exitCode: 1 }));
  });
});

describe('checkManifest', () => {
  it.each([
    [{ mediaType: OCI_MANIFEST, layers: [GZIP] }, OCI_MANIFEST],
    [{ layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }] }, DOCKER_MANIFEST],
  ])('accepts %j', (manifest, contentType) => {
    expect(() => checkManifest(manifest, contentType)).not.toThrow();
  });

  it.each([
    ['IMAGE_INDEX', { mediaType: OCI_INDEX, manifests: [] }, OCI_INDEX],
    ['IMAGE_INDEX', { manifests: [] }, OCI_MANIFEST],
    ['WRONG_MANIFEST', {}, 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
    [
      'WRONG_LAYER',
      { mediaType: OCI_MANIFEST, layers: [GZIP, { mediaType: `${GZIP.mediaType.slice(0, -4)}zstd` }] },
      '',
    ],
  ])('refuses with %s: %j', (code, manifest, contentType) => {
    expect(() => checkManifest(manifest, contentType)).toThrow(
      expect.objectContaining({ code, exitCode: 1 }),
    );
  });
});
