import type { RegistryLogin } from './pullImage.ts';

const MAX_BYTES = 10 * 1024 ** 3;

type Descriptor = { mediaType: string; digest: string; size: number };
type Manifest = { mediaType?: string; config?: Descriptor; layers?: Descriptor[] };
type ImageConfig = { architecture?: string; os?: string };

// A manifest's own type → those of its configuration and layers. An index is none, even with one image in it.
const MEDIA_TYPES: Record<string, { config: string; layer: string }> = {
  'application/vnd.docker.distribution.manifest.v2+json': {
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  'application/vnd.oci.image.manifest.v1+json': {
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
};

const INDEX_TYPES = [
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
];

/**
 * What Lambda looks at when a function is made of an image, as far as the registry tells it before the image is here.
 * @throws Error with Lambda's words, or why the registry does not have it
 */
export async function checkImage(reference: string, login: RegistryLogin): Promise<void> {
  const read = createReader(reference, login);
  const { type, body } = await read('manifests', reference.split('@')[1] ?? '');
  const manifest = body as Manifest;
  refuseMediaTypes(reference, type, manifest);
  const { body: config } = await read('blobs', manifest.config?.digest ?? '');
  refusePlatform(reference, config as ImageConfig);
  const bytes = (manifest.layers ?? []).reduce((sum, { size }) => sum + size, 0);
  refuseSize(reference, bytes);
}

/** @throws Error with Lambda's words. @param bytes of all layers: compressed ones may be less than Lambda counts */
export function refuseSize(reference: string, bytes: number): void {
  if (bytes > MAX_BYTES) {
    throw invalid(
      `The source image ${reference} has ${bytes} bytes, and ${MAX_BYTES} are allowed uncompressed.`,
    );
  }
}

function refuseMediaTypes(reference: string, type: string, { config, layers = [] }: Manifest): void {
  const allowed = MEDIA_TYPES[type];
  const wrong = [config, ...layers].find(
    (part, index) => part?.mediaType !== (index === 0 ? allowed?.config : allowed?.layer),
  );
  if (allowed && config && !wrong) return;
  throw invalid(
    `The image manifest, config or layer media type for the source image ${reference} is not supported. (Found: ` +
      `${allowed ? (wrong?.mediaType ?? 'no config') : type})`,
  );
}

function refusePlatform(reference: string, { architecture, os }: ImageConfig): void {
  if (os === 'linux' && architecture === 'amd64') return;
  throw invalid(
    `The source image ${reference} is for ${os}/${architecture}, and the function for linux/amd64.`,
  );
}

const invalid = (message: string): Error => new Error(`InvalidParameterValueException: ${message}`);

type Reader = (kind: 'manifests' | 'blobs', digest: string) => Promise<{ type: string; body: unknown }>;

/** The registry is on loopback, so plain HTTP. */
function createReader(reference: string, { user, password }: RegistryLogin): Reader {
  const [registry, repository] = splitOnce(reference.split('@')[0] ?? '', '/');
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const accept = [...Object.keys(MEDIA_TYPES), ...INDEX_TYPES, '*/*'].join(', ');
  return async (kind, digest) => {
    const url = `http://${registry}/v2/${repository}/${kind}/${digest}`;
    const answer = await fetch(url, { headers: { authorization, accept } });
    if (!answer.ok) throw new Error(`The registry answers ${answer.status} to ${kind}/${digest}`);
    return { type: answer.headers.get('content-type') ?? '', body: await answer.json() };
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
