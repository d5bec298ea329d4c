import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { makeFolder, removeFolder } from '../temporaryFolders.ts';
import { startRegistryServer } from './registryServer.ts';

const PORT_PATIENCE_MS = 3000;
const POLL_MS = 50;
const ACCEPT = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** A real registry (CNCF Distribution) on loopback, guarded by the password that ECR's login hands out. */
export type Registry = {
  /** `127.0.0.1:port`, as docker names it. */
  host: string;
  repositoryUri: string;
  login: { user: string; password: string };
  /** The digest of the tag's manifest; undefined when the repository has no such tag. */
  resolve(tag: string): Promise<string | undefined>;
  /** Removes the image and all its tags; none by that digest is as well. */
  forget(digest: string): Promise<void>;
  close(): Promise<void>;
};

export type RegistryOptions = {
  /** 0 is any free one. */
  port: number;
  /** Where images are kept; a new folder that is removed at the end unless it is given. */
  directory: string | undefined;
  password: string;
};

/** Undefined when neither a registry program nor a container engine that has its image is here. */
export async function startRegistry(options: RegistryOptions): Promise<Registry | undefined> {
  // After `kill -9` the registry of before may need a moment to end.
  const port = await takePort(options.port, options.directory ? PORT_PATIENCE_MS : 0);
  const directory = options.directory ?? (await makeFolder('registry'));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const removeDirectory = async () => {
    if (!options.directory) await removeFolder(directory);
  };
  const host = `127.0.0.1:${port}`;
  const login = { user: 'AWS', password: options.password };
  const htpasswd = join(directory, 'htpasswd');
  await writeFile(htpasswd, `${login.user}:${await bcrypt.hash(login.password, 4)}\n`, { mode: 0o600 });

  const stop = await startRegistryServer({ port, directory, htpasswd });
  if (!stop) return void (await removeDirectory());
  const repository = 'biot-plugins';
  const repositoryUri = `${host}/${repository}`;
  const callManifest = createManifestCaller(`http://${host}/v2/${repository}/manifests`, login);
  return {
    host,
    repositoryUri,
    login,
    async resolve(tag) {
      const { ok, headers } = await callManifest('HEAD', encodeURIComponent(tag));
      return ok ? (headers.get('docker-content-digest') ?? undefined) : undefined;
    },
    async forget(digest) {
      await callManifest('DELETE', digest);
    },
    async close() {
      await stop();
      await removeDirectory();
    },
  };
}

function createManifestCaller(manifests: string, { user, password }: Registry['login']) {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return (method: string, reference: string): Promise<Response> =>
    fetch(`${manifests}/${reference}`, { method, headers: { authorization, accept: ACCEPT } });
}

/**
 * The port, or any free one for 0. `patienceMs` is how long it may be taken yet.
 * @throws Error EADDRINUSE: what answers there is not ours
 */
async function takePort(port: number, patienceMs: number): Promise<number> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await tryPort(port);
    } catch (error) {
      if (Date.now() >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

async function tryPort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
