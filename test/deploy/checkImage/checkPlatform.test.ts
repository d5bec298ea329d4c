import { checkPlatform } from '../../../deploy/checkImage/checkPlatform.ts';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const OURS = { Id: 'sha256:1', Os: 'linux', Architecture: 'amd64' };
const layers = (mediaType: string) => [{ layers: [{ mediaType }] }];

describe('checkPlatform', () => {
  it.each([
    ['Docker’s own store', OURS, []],
    ['containerd’s', { ...OURS, Descriptor: { mediaType: OCI_MANIFEST } }, []],
    ['layers that are packed at the push', OURS, layers('application/vnd.oci.image.layer.v1.tar')],
  ])('finds nothing wrong with %s', (_what, image, manifests) => {
    const findings = checkPlatform(image, manifests);

    expect(findings).toEqual([]);
  });

  it.each([
    ['WRONG_PLATFORM', { ...OURS, Architecture: 'arm64' }, []],
    ['WRONG_PLATFORM', { ...OURS, Os: 'windows' }, []],
    ['IMAGE_INDEX', { ...OURS, Descriptor: { mediaType: OCI_INDEX } }, []],
    ['IMAGE_INDEX', { ...OURS, Descriptor: { mediaType: DOCKER_LIST } }, []],
    ['IMAGE_INDEX', OURS, [{ manifests: [{}, {}] }]],
    ['WRONG_LAYER', OURS, layers('application/vnd.oci.image.layer.v1.tar+zstd')],
  ])('refuses with %s: %j', (code, image, manifests) => {
    const findings = checkPlatform(image, manifests);

    expect(findings).toEqual([expect.objectContaining({ code, severity: 'error' })]);
  });
});
