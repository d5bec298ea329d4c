import { type Docker, lastLineOf, PLATFORM } from './docker.ts';
import { EXIT, Failure } from './failure.ts';
import { runBuild } from './runBuild.ts';
import type { ProgramResult } from './runProgram.ts';
import { settleImage, type TimedImage } from './settleImage.ts';

/** As `docker image inspect` tells of it. `Id` is the digest of its config, or of its manifest in containerd's store. */
export type BuiltImage = TimedImage & { RepoDigests?: string[]; RepoTags?: string[] };

export type BuildOptions = {
  projectRoot: string;
  /** `repository:tag` */
  reference: string;
  /** For `docker build`, like `--build-arg NODE_IMAGE=…`. */
  buildArgs: string[];
  /** Docker's own output while it comes. */
  show(output: string): void;
};

/** Builds for Lambda's platform: the same files make the same image. @throws Failure */
export async function buildImage(docker: Docker, options: BuildOptions): Promise<BuiltImage> {
  const args = await toArgs(docker, options);
  const result = await build(docker, args, options.show);
  if (result.code !== 0) throw toBuildFailure(result.stdout + result.stderr);
  await settleImage(docker, options.reference, await inspectBuilt(docker, options.reference));
  return inspectBuilt(docker, options.reference);
}

async function toArgs(
  docker: Docker,
  { projectRoot, reference, buildArgs }: BuildOptions,
): Promise<string[]> {
  // By default BuildKit adds a provenance attestation and so makes an index, which Lambda refuses.
  const attestations = ['--provenance', '--sbom'];
  const known = await Promise.all(attestations.map((option) => docker.buildKnows(option)));
  const noAttestations = attestations.filter((_option, i) => known[i]).map((option) => `${option}=false`);
  // BuildKit of Docker 24 and later takes the image's times from it, and others warn of it.
  const times = known.some(Boolean) ? ['--build-arg', 'SOURCE_DATE_EPOCH=0'] : [];
  // A builder in a container keeps what it builds to itself.
  const isSentElsewhere = buildArgs.some((arg) => /^(--output|--push|--load|-o)\b/.test(arg));
  const load = !isSentElsewhere && (await docker.buildKnows('--load')) ? ['--load'] : [];
  const given = [
    '--platform',
    PLATFORM,
    ...noAttestations,
    ...times,
    ...load,
    '--tag',
    reference,
    ...buildArgs,
  ];
  return ['build', ...given, projectRoot];
}

const NO_CREDENTIALS = /error getting credentials|docker-credential-/i;

/** With the user's logins, and without them when the program that keeps them does not work: base images are public. */
async function build(docker: Docker, args: string[], show: BuildOptions['show']): Promise<ProgramResult> {
  const result = await runBuild(() => docker.run(args, show));
  if (result.code === 0 || !NO_CREDENTIALS.test(result.stdout + result.stderr)) return result;
  show('Your docker configuration names a credential helper that does not work: building without it.\n');
  return runBuild(() => docker.runLoggedIn(args, { onOutput: show }));
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

/** @throws Failure when it is not here */
export async function inspectBuilt(docker: Docker, reference: string): Promise<BuiltImage> {
  const { code, stdout, stderr } = await docker.run(['image', 'inspect', reference]);
  const [image] = code === 0 ? (JSON.parse(stdout) as BuiltImage[]) : [];
  if (image) return image;
  throw new Failure({
    code: 'NO_IMAGE',
    exitCode: EXIT.failed,
    message: `The build left no image ${reference} here: ${lastLineOf(stderr)}`,
    cure: 'Let the build load its result into docker (no --output or --push of your own).',
  });
}

/** The digests by which docker knows the image in this repository: it was pushed to it, or pulled from it. */
export const digestsIn = ({ RepoDigests = [] }: BuiltImage, repositoryUri: string): string[] =>
  RepoDigests.filter((name) => name.startsWith(`${repositoryUri}@`)).map((name) => name.split('@')[1] ?? '');
