import { createHash } from 'node:crypto';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosResponse } from 'axios';
import type { Manifest } from './checkImage/checkManifest.ts';
import { isLoopback, readAuth } from './dockerConfig.ts';
import { EXIT, Failure } from './failure.ts';
import { toRegistryFailure } from './registryFailures.ts';
import { type Passing, parseRetryAfter, retry } from './retry.ts';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');
const TIMEOUT_MS = 30_000;
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024; // more than registries take

export type PushedManifest = { manifest: Manifest; bytes: Buffer; contentType: string; digest: string };

/** `message` is what the registry, or the network, said. */
export type ManifestAnswer =
  | ({ kind: 'found' } & PushedManifest)
  | { kind: 'absent' }
  | { kind: 'refused'; status: number; message: string }
  | { kind: 'unreachable'; message: string };

/** One repository of a registry, by the registry's own API. */
export type Registry = {
  /** `reference` is a tag or a digest. */
  readManifest(reference: string): Promise<ManifestAnswer>;
  /** @throws Failure when it cannot be told */
  hasDigest(digest: string): Promise<boolean>;
  /** Gives an image that is there one more tag. No docker is needed. @throws Failure */
  tagManifest(digest: string, tag: string): Promise<void>;
};

export type RegistryOptions = {
  /** Where docker's login is kept. */
  stateDirectory: string;
  repositoryUri: string;
  /** HTTPS_PROXY and its kin count. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Told before each wait for a registry that is overloaded. */
  onRetry?(line: string): void;
  /** Makes a new login once the registry has refused the one there is. */
  renewLogin?: (() => Promise<unknown>) | undefined;
};

type Request = { method: 'GET' | 'PUT'; body?: Buffer; contentType?: string };

export function openRegistry(options: RegistryOptions): Registry {
  const readManifest = async (reference: string) =>
    toAnswer(await ask(options, reference, { method: 'GET' }));
  const findManifest = async (digest: string) => {
    const answer = await readManifest(digest);
    if (answer.kind === 'found') return answer;
    if (answer.kind === 'absent') return undefined;
    throw toRegistryFailure('The registry did not say what it has', answer.message);
  };
  return {
    readManifest,
    hasDigest: async (digest) => (await findManifest(digest)) !== undefined,
    async tagManifest(digest, tag) {
      const found = await findManifest(digest);
      if (!found) throw isGone(options.repositoryUri, digest);
      const { bytes: body, contentType } = found;
      const answer = await ask(options, tag, { method: 'PUT', body, contentType });
      if (!isResponse(answer) || answer.status >= 300)
        throw toRegistryFailure(`The registry did not take the tag ${tag}`, toMessage(answer));
    },
  };
}

type Asked = AxiosResponse<Buffer> | Error;

const isResponse = (answer: Asked): answer is AxiosResponse<Buffer> => !(answer instanceof Error);

/** Whatever is answered; again when the registry is overloaded, and once more with a new login when that may help. */
async function ask(options: RegistryOptions, reference: string, request: Request): Promise<Asked> {
  const { signal, onRetry = () => undefined } = options;
  const send = () =>
    retry(() => sendOnce(options, reference, request), toPassing, { signal, onRetry }).catch(
      (error: Error) => (axios.isAxiosError(error) && error.response ? error.response : error),
    );
  const answer = await send();
  signal?.throwIfAborted();
  const isRefused = isResponse(answer) && [401, 403].includes(answer.status);
  if (!isRefused || !options.renewLogin) return answer;
  await options.renewLogin();
  return send();
}

async function sendOnce(options: RegistryOptions, reference: string, request: Request) {
  const { stateDirectory, repositoryUri, env, signal } = options;
  const [host = '', ...name] = repositoryUri.split('/');
  const isLocal = isLoopback(host);
  const url = `${isLocal ? 'http' : 'https'}://${host}/v2/${name.join('/')}/manifests/${encodeURIComponent(reference)}`;
  const auth = await readAuth(stateDirectory, host);
  const timeout = AbortSignal.timeout(TIMEOUT_MS); // axios's own does not end an answer that trickles in
  return axios.request<Buffer>({
    method: request.method,
    url,
    headers: {
      accept: MANIFEST_TYPES,
      ...(auth && { authorization: `Basic ${auth}` }),
      ...(request.contentType && { 'content-type': request.contentType }),
    },
    ...(request.body && { data: request.body }),
    responseType: 'arraybuffer',
    maxRedirects: 0,
    maxContentLength: MAX_MANIFEST_BYTES,
    // axios leaves the proxy to an agent that knows of one, but for `proxy: false`.
    ...(isLocal ? { proxy: false } : { httpsAgent: new HttpsAgent({ proxyEnv: env }) }),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    validateStatus: (status) => status < 500 && status !== 429,
  });
}

const PASSING_CODES = ['ECONNRESET', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT'];

function toPassing(error: unknown): Passing | undefined {
  if (!axios.isAxiosError(error)) return undefined;
  const { response, code, message } = error;
  if (!response)
    return PASSING_CODES.includes(code ?? '')
      ? { reason: `The registry does not answer: ${message}` }
      : undefined;
  const retryAfterMs = parseRetryAfter(String(response.headers['retry-after'] ?? ''));
  const reason = `The registry answers ${response.status}`;
  return { reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function toAnswer(answer: Asked): ManifestAnswer {
  if (!isResponse(answer)) return { kind: 'unreachable', message: toMessage(answer) };
  const { status, data, headers } = answer;
  if (status === 404) return { kind: 'absent' };
  if (status !== 200) return { kind: 'refused', status, message: toMessage(answer) };
  const manifest = parse(data);
  if (!manifest) return { kind: 'unreachable', message: 'what answers there is not a registry' };
  const digest = `sha256:${createHash('sha256').update(data).digest('hex')}`;
  return {
    kind: 'found',
    manifest,
    bytes: data,
    contentType: String(headers['content-type'] ?? ''),
    digest,
  };
}

function toMessage(answer: Asked): string {
  if (!isResponse(answer)) return answer.message || String((answer as NodeJS.ErrnoException).code);
  const { errors } = (parse(answer.data) ?? {}) as { errors?: { code?: string; message?: string }[] };
  const told = errors?.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ');
  return told ? `${answer.status} ${told}` : `status ${answer.status}`;
}

function parse(data: Buffer): Manifest | undefined {
  try {
    return JSON.parse(data.toString()) as Manifest;
  } catch {
    return undefined;
  }
}

const isGone = (repositoryUri: string, digest: string) =>
  new Failure({
    code: 'IMAGE_GONE',
    exitCode: EXIT.failed,
    message: `${repositoryUri} has no image ${digest} any more`,
    cure: 'Check out the commit it was built from and run npx biot-plugin deploy there.',
  });
