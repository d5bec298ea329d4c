import { createHash } from 'node:crypto';
import { type Registry, startRegistry } from '../../../emulator/ecr/registry.ts';
import { itWithRegistry } from '../../builders/emulator.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = Buffer.from('{}');

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

type Sent = { body?: Buffer; type?: string };

/** Pushes the smallest image there is under each tag and returns its digest. */
async function push({ host, repositoryUri, login }: Registry, tags: string[]): Promise<string> {
  const repository = `http://${host}/v2/${repositoryUri.split('/')[1]}`;
  const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  const send = (method: string, url: string, { body, type = 'application/octet-stream' }: Sent = {}) =>
    fetch(url, {
      method,
      headers: { authorization, 'content-type': type },
      ...(body && { body: Uint8Array.from(body) }),
    });
  const upload = new URL((await send('POST', `${repository}/blobs/uploads/`)).headers.get('location') ?? '');
  upload.searchParams.set('digest', digestOf(CONFIG));
  await send('PUT', upload.href, { body: CONFIG });
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', size: 2, digest: digestOf(CONFIG) };
  const manifest = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [] }),
  );
  for (const tag of tags) {
    const sent = { body: manifest, type: MANIFEST_TYPE };
    await send('PUT', `${repository}/manifests/${tag}`, sent);
  }
  return digestOf(manifest);
}

describe('startRegistry', () => {
  itWithRegistry('knows an image by its tags until it is forgotten', async () => {
    const registry = await startRegistry({ port: 0, directory: undefined, password: 'the-password' });
    if (!registry) throw new Error('No registry could be started');
    try {
      const digest = await push(registry, ['one', 'two']);
      const resolveAll = () => Promise.all(['one', 'two', 'three'].map((tag) => registry.resolve(tag)));
      const before = await resolveAll();

      await registry.forget(digest);
      await registry.forget(digest);

      expect([before, await resolveAll()]).toEqual([
        [digest, digest, undefined],
        [undefined, undefined, undefined],
      ]);
    } finally {
      await registry.close();
    }
  });
});
