import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkImage } from '../../../emulator/lambda/checkImage.ts';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const LOGIN = { user: 'AWS', password: 'secret' };

let server: Server;
let image: { type: string; manifest: object; config: object };

/** A registry with one image, for who has the password. */
beforeAll(async () => {
  server = createServer((request, reply) => {
    const isAllowed = request.headers.authorization === `Basic ${btoa('AWS:secret')}`;
    if (!isAllowed) return void reply.writeHead(401).end();
    const isManifest = request.url === '/v2/biot-plugins/manifests/sha256:m';
    const isConfig = request.url === '/v2/biot-plugins/blobs/sha256:c';
    if (isManifest) reply.setHeader('content-type', image.type);
    if (!isManifest && !isConfig) return void reply.writeHead(404).end();
    reply.end(JSON.stringify(isManifest ? image.manifest : image.config));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => server.close());

const imageOf = (types: { manifest: string; config: string; layers: string[] }, platform = {}) => ({
  type: types.manifest,
  manifest: {
    config: { mediaType: types.config, digest: 'sha256:c', size: 1 },
    layers: types.layers.map((mediaType) => ({ mediaType, digest: 'sha256:l', size: 6 * 1024 ** 3 })),
  },
  config: { os: 'linux', architecture: 'amd64', ...platform },
});

const DOCKER_TYPES = { manifest: MANIFEST, config: CONFIG, layers: [LAYER] };
const reference = () => `127.0.0.1:${(server.address() as AddressInfo).port}/biot-plugins@sha256:m`;

describe('checkImage', () => {
  it.each([
    ['Docker', DOCKER_TYPES],
    ['OCI', { manifest: OCI_MANIFEST, config: OCI_CONFIG, layers: [OCI_LAYER] }],
  ])('takes an image of the types of %s', async (_name, types) => {
    image = imageOf(types);

    const checked = checkImage(reference(), LOGIN);

    await expect(checked).resolves.toBeUndefined();
  });

  it.each([
    ['an index', { ...DOCKER_TYPES, manifest: 'application/vnd.oci.image.index.v1+json' }],
    ['a list', { ...DOCKER_TYPES, manifest: 'application/vnd.docker.distribution.manifest.list.v2+json' }],
    ['a layer in zstd', { ...DOCKER_TYPES, layers: [LAYER, 'application/vnd.oci.image.layer.v1.tar+zstd'] }],
    ['a config of another kind', { ...DOCKER_TYPES, config: OCI_CONFIG }],
  ])('refuses %s in the words of Lambda', async (_name, types) => {
    image = imageOf(types);

    const checked = checkImage(reference(), LOGIN);

    await expect(checked).rejects.toThrow(
      `The image manifest, config or layer media type for the source image ${reference()} is not supported.`,
    );
  });

  it.each([
    ['for another processor', imageOf(DOCKER_TYPES, { architecture: 'arm64' }), 'linux/arm64'],
    ['for another system', imageOf(DOCKER_TYPES, { os: 'windows' }), 'windows/amd64'],
    ['over 10 GB', imageOf({ ...DOCKER_TYPES, layers: [LAYER, LAYER] }), '12884901888 bytes'],
  ])('refuses an image %s', async (_name, refused, text) => {
    image = refused;

    const checked = checkImage(reference(), LOGIN);

    await expect(checked).rejects.toThrow(text);
  });

  it('throws what the registry answers', async () => {
    const checked = checkImage(reference(), { ...LOGIN, password: 'other' });

    await expect(checked).rejects.toThrow('The registry answers 401');
  });
});
