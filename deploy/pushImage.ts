import { digestsIn, inspectBuilt } from './buildImage.ts';
import { checkManifest } from './checkImage/checkManifest.ts';
import { refuseErrors } from './checkImage/refuseErrors.ts';
import { type Docker, lastLineOf, withoutTls } from './docker.ts';
import { EXIT, Failure } from './failure.ts';
import type { Registry } from './registry.ts';
import { isPassing, isRefusal, toRegistryFailure } from './registryFailures.ts';
import { type RetryOptions, retry } from './retry.ts';

export type PushOptions = {
  repositoryUri: string;
  imageTag: string;
  registry: Registry;
  signal?: AbortSignal | undefined;
  /** Makes a new login once the registry has refused the one there is. */
  renewLogin?: (() => Promise<unknown>) | undefined;
  show(output: string): void;
};

/** Pushes, and returns the digest of the manifest that the registry now has. @throws Failure */
export async function pushImage(docker: Docker, options: PushOptions): Promise<string> {
  const { repositoryUri, imageTag, registry, signal, show } = options;
  const reference = `${repositoryUri}:${imageTag}`;
  const patience: RetryOptions = { signal, onRetry: (line) => show(`${line}\n`) };
  // Docker has tried each layer several times by itself; what it has uploaded it does not send again.
  await retry(() => pushWithLogin(docker, reference, options), toPassing, patience);

  const pushed = await registry.readManifest(imageTag);
  if (pushed.kind === 'found') {
    refuseErrors(checkManifest(pushed.manifest, pushed.contentType));
    return pushed.digest;
  }
  // The engine may see the registry by another way than this process.
  const [digest] = digestsIn(await inspectBuilt(docker, reference), repositoryUri);
  if (digest) return digest;
  throw noDigest(reference);
}

const toPassing = (error: unknown) =>
  error instanceof Failure && isPassing(error) ? { reason: error.message } : undefined;

async function pushWithLogin(docker: Docker, reference: string, options: PushOptions): Promise<void> {
  const { renewLogin, show } = options;
  try {
    await push(docker, reference, options);
  } catch (error) {
    if (!renewLogin || !(error instanceof Failure && isRefusal(error))) throw error;
    show('The registry refuses the login: getting a new one.\n');
    await renewLogin();
    await push(docker, reference, options);
  }
}

async function push(docker: Docker, reference: string, { signal, show }: PushOptions): Promise<void> {
  const [host = ''] = reference.split('/');
  const args = ['push', ...withoutTls(docker, host), reference];
  const { code, stdout, stderr } = await docker.runLoggedIn(args, { onOutput: show });
  signal?.throwIfAborted();
  if (code !== 0) throw toRegistryFailure('docker push failed', lastLineOf(stderr || stdout));
}

const noDigest = (reference: string) =>
  new Failure({
    code: 'PUSH_FAILED',
    exitCode: EXIT.failed,
    message: `docker push ended well, and neither the registry nor docker has a digest of ${reference}`,
    cure: 'Run the command again: what was uploaded is not sent twice.',
  });
