import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import axios from 'axios';
import type { Manifest } from './checkBuiltImage.ts';

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');
const TIMEOUT_MS = 30_000;

export type PushedManifest = { manifest: Manifest; contentType: string; digest: string };

/**
 * The manifest that a push has left in the registry, read with docker's own login. Undefined when the registry
 * cannot be reached from here: docker's engine may see it by another way.
 */
export async function readPushedManifest(
  stateDirectory: string,
  repositoryUri: string,
  tag: string,
): Promise<PushedManifest | undefined> {
  const [host = '', ...name] = repositoryUri.split('/');
  const isLoopback = /^(localhost|127\.[\d.]+)(:\d+)?$/.test(host); // as docker decides it
  const url = `${isLoopback ? 'http' : 'https'}://${host}/v2/${name.join('/')}/manifests/${encodeURIComponent(tag)}`;
  const authorization = `Basic ${await readAuth(stateDirectory, host)}`;
  try {
    const headers = { accept: ACCEPT, authorization };
    const answer = await axios.get<Manifest>(url, { headers, timeout: TIMEOUT_MS });
    const text = (name: string) => String(answer.headers[name] ?? '');
    return {
      manifest: answer.data,
      contentType: text('content-type'),
      digest: text('docker-content-digest'),
    };
  } catch {
    return undefined;
  }
}

async function readAuth(stateDirectory: string, host: string): Promise<string | undefined> {
  const text = await readFile(join(stateDirectory, 'docker', 'config.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { auths?: Record<string, { auth?: string }> }).auths?.[host]?.auth;
}
