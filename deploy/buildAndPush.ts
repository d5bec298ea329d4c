import { randomBytes } from 'node:crypto';
import { checkBuiltImage, checkManifest, type InspectedImage } from './checkBuiltImage.ts';
import { type Docker, lastLineOf, openDocker, PLATFORM } from './docker.ts';
import { EXIT, Failure } from './failure.ts';
import { readPushedManifest } from './registry.ts';
import { makeStateDirectory, type PushedImage, writePushedImage } from './stateDirectory.ts';

export type BuildAndPushOptions = {
  projectRoot: string;
  stateDirectory: string;
  env: NodeJS.ProcessEnv;
  repositoryUri: string;
  /** Default: one never used before. */
  tag?: string;
  /** For `docker build`, like `--build-arg NODE_IMAGE=…`. */
  buildArgs: string[];
  /** Ends it before its time. */
  signal?: AbortSignal;
  /** Docker's own output while it comes. */
  onOutput(text: string): void;
};

/** Builds for Lambda's platform, checks what was built, pushes it, and remembers it. @throws Failure */
export async function buildAndPush(options: BuildAndPushOptions): Promise<PushedImage> {
  const { env, repositoryUri, onOutput } = options;
  const stateDirectory = await makeStateDirectory(options.stateDirectory);
  const docker = await openDocker(stateDirectory, env, options.signal);
  const imageTag = options.tag ?? createTag(new Date());
  const reference = `${repositoryUri}:${imageTag}`;

  if (options.tag) await refuseUsedTag(stateDirectory, repositoryUri, options.tag);
  await build(docker, reference, options);
  checkBuiltImage(await inspect(docker, reference));
  await push(docker, reference, onOutput);
  const pushed = await readPushedManifest(stateDirectory, repositoryUri, imageTag);
  if (pushed) checkManifest(pushed.manifest, pushed.contentType);
  const digest = pushed?.digest ?? (await readDigest(docker, reference));

  const image = { imageTag, digest, repositoryUri, platform: PLATFORM, createdAt: new Date().toISOString() };
  await writePushedImage(stateDirectory, image);
  return image;
}

/** BioT resolves a tag once: the same tag on another image would deploy something else than it says. */
async function refuseUsedTag(stateDirectory: string, repositoryUri: string, tag: string): Promise<void> {
  if (!(await readPushedManifest(stateDirectory, repositoryUri, tag))) return;
  throw new Failure({
    code: 'TAG_IN_USE',
    exitCode: EXIT.conflict,
    message: `The repository has an image with the tag ${tag} already`,
    cure: 'Choose another one, or leave --tag out.',
  });
}

/** Like `20260102T030405Z-1f2e3d4c`: says when, and is never used again. */
export function createTag(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(4).toString('hex')}`;
}

async function build(docker: Docker, reference: string, options: BuildAndPushOptions): Promise<void> {
  // By default BuildKit adds a provenance attestation and so makes an index, which Lambda refuses.
  const attestations = ['--provenance', '--sbom'];
  const known = await Promise.all(attestations.map((option) => docker.buildKnows(option)));
  const noAttestations = attestations.filter((_option, i) => known[i]).map((option) => `${option}=false`);
  const args = ['--platform', PLATFORM, ...noAttestations, '--tag', reference, ...options.buildArgs];
  const { code, stdout, stderr } = await docker.run(
    ['build', ...args, options.projectRoot],
    options.onOutput,
  );
  if (code === 0) return;
  throw toBuildFailure(stdout + stderr);
}

const BASE_IMAGE_FAILURES =
  /pull access denied|manifest unknown|failed to resolve source metadata|toomanyrequests|failed to do request|\/v2\/.*(no such host|Client\.Timeout|i\/o timeout|connection refused|server misbehaving|TLS handshake|x509)/i;

function toBuildFailure(output: string): Failure {
  const message = `docker build failed: ${lastLineOf(output)}`;
  return BASE_IMAGE_FAILURES.test(output)
    ? new Failure({
        code: 'NO_BASE_IMAGE',
        exitCode: EXIT.failed,
        message,
        cure: 'Make the base image reachable, or name another one: -- --build-arg NODE_IMAGE=<image with Node 24>',
      })
    : new Failure({
        code: 'BUILD_FAILED',
        exitCode: EXIT.failed,
        message,
        cure: 'The build’s output above says where.',
      });
}

async function inspect(
  docker: Docker,
  reference: string,
): Promise<InspectedImage & { RepoDigests?: string[] }> {
  const { code, stdout, stderr } = await docker.run(['image', 'inspect', reference]);
  const [image] = code === 0 ? (JSON.parse(stdout) as (InspectedImage & { RepoDigests?: string[] })[]) : [];
  if (image) return image;
  throw new Failure({
    code: 'NO_IMAGE',
    exitCode: EXIT.failed,
    message: `The build left no image ${reference} here: ${lastLineOf(stderr)}`,
    cure: 'Let the build load its result into docker (no --output or --push of your own).',
  });
}

async function readDigest(docker: Docker, reference: string): Promise<string> {
  const { RepoDigests = [] } = await inspect(docker, reference);
  const repository = reference.slice(0, reference.lastIndexOf(':'));
  return RepoDigests.find((name) => name.startsWith(`${repository}@`))?.split('@')[1] ?? '';
}

async function push(docker: Docker, reference: string, onOutput: (text: string) => void): Promise<void> {
  const { code, stdout, stderr } = await docker.runLoggedIn(['push', reference], { onOutput });
  if (code === 0) return;
  const isRefused = /denied|unauthorized|no basic auth|authorization token has expired|forbidden/i.test(
    stdout + stderr,
  );
  throw new Failure({
    code: isRefused ? 'PUSH_REFUSED' : 'PUSH_FAILED',
    exitCode: isRefused ? EXIT.notPermitted : EXIT.failed,
    message: `docker push failed: ${lastLineOf(stderr || stdout)}`,
    cure: isRefused ? 'Log in again: npx biot-plugin login' : 'Check the network and run the command again.',
  });
}
