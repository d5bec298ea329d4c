import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeAuth } from '../../deploy/dockerConfig.ts';
import { openRegistry, type RegistryOptions } from '../../deploy/registry.ts';
import { type Registry as EmulatedRegistry, startRegistry } from '../../emulator/ecr/registry.ts';
import { itWithRegistry } from '../builders/emulator.ts';
import { makeFolder } from '../builders/folder.ts';

const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const login = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
const digestOf = (data: string) => `sha256:${createHash('sha256').update(data).digest('hex')}`;

describe('openRegistry', () => {
  let registry: EmulatedRegistry | undefined;
  let stateDirectory: string;
  let digest: string;

  const open = (more: Partial<RegistryOptions> = {}) =>
    openRegistry({ stateDirectory, repositoryUri: String(registry?.repositoryUri), env: {}, ...more });

  beforeAll(async () => {
    registry = await startRegistry({ port: 0, directory: undefined, password: 'secret' });
    if (registry) digest = await putImage(registry, 'first');
  }, 30_000);

  beforeEach(async () => {
    stateDirectory = makeFolder();
    if (registry) await writeAuth(stateDirectory, registry.host, login('AWS', 'secret'));
  });

  afterAll(() => registry?.close());

  itWithRegistry('reads a manifest by its tag and by its digest', async () => {
    const byTag = await open().readManifest('first');
    const byDigest = await open().readManifest(digest);

    expect(byTag).toEqual({
      kind: 'found',
      manifest: expect.objectContaining({ schemaVersion: 2 }),
      bytes: expect.any(Buffer),
      contentType: TYPE,
      digest,
    });
    expect(byDigest).toEqual(byTag);
  });

  itWithRegistry('tells what is not there from a login that is refused', async () => {
    const absent = await open().readManifest('none');
    await writeAuth(stateDirectory, String(registry?.host), login('AWS', 'wrong'));
    const refused = await open().readManifest('first');
    await writeAuth(stateDirectory, 'another.example');
    const anonymous = await open().readManifest('first');

    expect(absent).toEqual({ kind: 'absent' });
    const refusal = { kind: 'refused', status: 401, message: expect.stringContaining('UNAUTHORIZED') };
    expect([refused, anonymous]).toEqual([refusal, refusal]);
  });

  itWithRegistry('asks once more with a new login', async () => {
    const host = String(registry?.host);
    await writeAuth(stateDirectory, host, login('AWS', 'wrong'));

    const answer = await open({
      renewLogin: () => writeAuth(stateDirectory, host, login('AWS', 'secret')),
    }).readManifest('first');

    expect(answer.kind).toBe('found');
  });

  itWithRegistry('gives an image that is there another tag', async () => {
    await open().tagManifest(digest, 'second');

    expect(await open().readManifest('second')).toEqual(await open().readManifest('first'));
  });

  itWithRegistry('knows which digests are there, and that one is gone', async () => {
    const gone = digestOf('gone');

    const has = [await open().hasDigest(digest), await open().hasDigest(gone)];

    expect(has).toEqual([true, false]);
    await expect(open().tagManifest(gone, 'third')).rejects.toMatchObject({
      code: 'IMAGE_GONE',
      exitCode: 1,
    });
  });

  it('says that nobody answers', async () => {
    const repositoryUri = '127.0.0.1:1/x';

    const answer = await open({ repositoryUri }).readManifest('first');
    const asked = open({ repositoryUri }).hasDigest(digestOf('x'));

    expect(answer).toEqual({ kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });

  it('ends at once when it is interrupted', async () => {
    const silent = await startServer(() => undefined);
    const interruption = new AbortController();
    const asked = open({ ...silent, signal: interruption.signal }).readManifest('first');

    await silent.called;
    interruption.abort();

    await expect(asked).rejects.toThrow('aborted');
    silent.close();
  });

  it('waits for a registry that is overloaded, as long as that asks for', async () => {
    let calls = 0;
    const lines: string[] = [];
    const busy = await startServer((_request, answer) => {
      calls++;
      if (calls > 1) return answer.setHeader('content-type', TYPE).end('{"schemaVersion":2}');
      answer.writeHead(429, { 'retry-after': '0' }).end('{"errors":[{"code":"TOOMANYREQUESTS"}]}');
    });

    const answer = await open({ ...busy, onRetry: (line) => void lines.push(line) }).readManifest('first');

    expect(answer).toMatchObject({ kind: 'found', digest: digestOf('{"schemaVersion":2}') });
    expect(lines).toEqual([expect.stringContaining('The registry answers 429; trying again')]);
    busy.close();
  });

  it('says that something else answers there', async () => {
    const page = await startServer((_request, answer) => answer.end('<html>Log in to the hotel</html>'));

    const answer = await open(page).readManifest('first');

    expect(answer).toEqual({ kind: 'unreachable', message: 'what answers there is not a registry' });
    page.close();
  });

  it.each([
    [400, 'The image tag ‘x’ cannot be overwritten because the tag is immutable.', 'TAG_IMMUTABLE'],
    [403, 'Your authorization token has expired. Reauthenticate and try again.', 'LOGIN_EXPIRED'],
    [403, 'User is not authorized to perform: ecr:PutImage', 'PUSH_REFUSED'],
  ])('explains why a tag is not taken: %i %s', async (status, message, code) => {
    const server = await startServer((request, answer) => {
      if (request.method === 'GET') return answer.setHeader('content-type', TYPE).end('{}');
      answer.writeHead(status).end(JSON.stringify({ errors: [{ code: 'OTHER', message }] }));
    });

    const tagging = open(server).tagManifest(digestOf('{}'), 'x');

    await expect(tagging).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    server.close();
  });

  it('goes through HTTPS_PROXY to a registry elsewhere, and with no proxy to one on this machine', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', (request: IncomingMessage, socket) => {
      asked.push(request.url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, HTTP_PROXY: `http://127.0.0.1:${port}` };

    const there = await open({ repositoryUri: 'registry.example/x', env }).readManifest('first');
    const here = await open({ repositoryUri: '127.0.0.1:1/x', env }).readManifest('first');

    expect(asked).toEqual(['registry.example:443']);
    expect(there.kind).toBe('unreachable');
    expect(here).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
    proxy.close();
  });
});

type Answerer = (request: IncomingMessage, answer: ServerResponse) => unknown;

async function startServer(answer: Answerer) {
  let tell: () => void = () => undefined;
  const called = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, reply) => {
    tell();
    answer(request, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const repositoryUri = `127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  return { repositoryUri, called, close: () => server.close().closeAllConnections() };
}

/** An image of nothing, by the registry's own API; the digest of its manifest. */
async function putImage(
  { host, repositoryUri, login: account }: EmulatedRegistry,
  tag: string,
): Promise<string> {
  const base = `http://${host}/v2/${repositoryUri.split('/')[1]}`;
  const authorization = `Basic ${login(account.user, account.password)}`;
  const config = '{}';
  const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers: { authorization } });
  const upload = `${started.headers.get('location')}&digest=${encodeURIComponent(digestOf(config))}`;
  await fetch(upload, { method: 'PUT', headers: { authorization }, body: config });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: 2 },
    layers: [],
  });
  const headers = { authorization, 'content-type': TYPE };
  const put = await fetch(`${base}/manifests/${tag}`, { method: 'PUT', headers, body: manifest });
  if (put.status !== 201) throw new Error(`Not put: ${put.status} ${await put.text()}`);
  return digestOf(manifest);
}
