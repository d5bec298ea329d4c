import { checkManifest } from '../../../deploy/checkImage/checkManifest.ts';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const GZIP = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
const ZSTD = { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' };

describe('checkManifest', () => {
  it.each([
    [{ mediaType: OCI_MANIFEST, layers: [GZIP] }, OCI_MANIFEST],
    [{ layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }] }, DOCKER_MANIFEST],
  ])('finds nothing wrong with %j', (manifest, contentType) => {
    const findings = checkManifest(manifest, contentType);

    expect(findings).toEqual([]);
  });

  it.each([
    ['IMAGE_INDEX', { mediaType: OCI_INDEX, manifests: [] }, OCI_INDEX],
    ['IMAGE_INDEX', { manifests: [] }, OCI_MANIFEST],
    ['IMAGE_INDEX', {}, DOCKER_LIST],
    ['WRONG_MANIFEST', {}, 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
    ['WRONG_LAYER', { mediaType: OCI_MANIFEST, layers: [GZIP, ZSTD] }, ''],
  ])('refuses with %s: %j', (code, manifest, contentType) => {
    const findings = checkManifest(manifest, contentType);

    expect(findings).toEqual([expect.objectContaining({ code, severity: 'error' })]);
  });
});
