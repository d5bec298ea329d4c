import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { inspectImage } from '../checkImage/inspectImage.ts';
import { openDocker } from '../docker.ts';
import { type BundleParts, toBundleParts } from './bundleBom.ts';
import { toImageParts } from './imageBom.ts';
import { inspectBuild } from './inspectBuild.ts';
import { inspectContents } from './inspectContents.ts';
import { readLockFile } from './lockFile.ts';
import { toBomText } from './toBomText.ts';

export type SbomOptions = {
  projectRoot: string;
  stateDirectory: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  show(output: string): void;
};

export type Sbom = { path: string; components: number };
/** `buildArgs` are those that it was built with. */
export type SbomImage = { reference: string; buildArgs: string[] };

/** Bundles, and writes the bill of materials of the bundle. @throws Failure */
export async function writeBundleSbom(options: SbomOptions): Promise<Sbom & { parts: BundleParts }> {
  const made = await bundle(options.projectRoot);
  const parts = await toBundleParts(options.projectRoot, made);
  const path = join(made.taskRoot, 'sbom.bundle.cdx.json');
  await writeFile(path, toBomText(parts.bundle, parts.packages, timeOf(options.env)));
  return { path, components: parts.packages.length, parts };
}

/** Writes that of an image of this bundle, which the engine has. @throws Failure */
export async function writeImageSbom(
  options: SbomOptions,
  { reference, buildArgs }: SbomImage,
  parts: BundleParts,
): Promise<Sbom> {
  const { projectRoot, stateDirectory, env, signal, show } = options;
  const docker = await openDocker(stateDirectory, env, signal);
  const image = await inspectImage(docker, reference);
  const node = image.Config?.Entrypoint?.[0] ?? 'node';
  const [contents, lock] = await Promise.all([
    inspectContents(docker, reference, node),
    readLockFile(projectRoot),
  ]);
  const build = await inspectBuild(docker, { projectRoot, buildArgs, show });
  const found = toImageParts({ image, node, contents, build, lock }, parts);
  const path = join(projectRoot, 'dist', 'sbom.image.cdx.json');
  await writeFile(path, toBomText(found.image, found.all, timeOf(env)));
  return { path, components: found.all.length };
}

/** https://reproducible-builds.org/specs/source-date-epoch/ */
const timeOf = ({ SOURCE_DATE_EPOCH: seconds }: NodeJS.ProcessEnv): Date | undefined =>
  seconds ? new Date(Number(seconds) * 1000) : undefined;
