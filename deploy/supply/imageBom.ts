import { Enums, Models } from '@cyclonedx/cyclonedx-library';
import { TASK_ROOT } from '../checkImage/access.ts';
import type { InspectedImage } from '../checkImage/inspectImage.ts';
import { EXIT, Failure } from '../failure.ts';
import type { BundleParts } from './bundleBom.ts';
import {
  toCompiledComponent,
  toDebianComponent,
  toFileComponent,
  toNodeComponent,
  toNpmComponent,
} from './components.ts';
import { findOwners } from './findOwners.ts';
import type { BuildFacts, BuiltClient } from './inspectBuild.ts';
import type { ContentFile, Contents } from './inspectContents.ts';
import { type LockedPackage, type LockFile, listRuntimeClient } from './lockFile.ts';

const SHA256 = Enums.HashAlgorithm['SHA-256'];

export type ImageFacts = {
  image: InspectedImage;
  /** The path of its Node. */
  node: string;
  contents: Contents;
  build: BuildFacts;
  lock: LockFile;
};

/** The image as a component, and all that is in it. @throws Failure for an image of other code than the bundle */
export function toImageParts(
  facts: ImageFacts,
  parts: BundleParts,
): { image: Models.Component; all: Models.Component[] } {
  const { image, node, contents, build, lock } = facts;
  const { bundle, packages } = parts;
  requireBundle(contents.files, bundle);
  const nodeFile = contents.files.find(({ path }) => path === node);
  const runtime = toNodeComponent(contents.versions, nodeFile?.sha256 ?? '');
  const client = toClient(build.client, contents.files, lock);
  const { packages: debian, others } = findOwners(contents.files, build.packages);
  const system = debian.map((found) => toDebianComponent(found, build.distribution));
  const told = new Set([nodeFile?.sha256, bundle.hashes.get(SHA256), ...Object.values(build.client.files)]);
  const files = others.filter(({ sha256 }) => !told.has(sha256)).map(toFileComponent);
  const whole = new Models.Component(Enums.ComponentType.Container, bundle.name, {
    ...{ version: image.Id, bomRef: image.Id },
    hashes: new Models.HashDictionary([[SHA256, image.Id.replace('sha256:', '')]]),
  });
  const tops = [bundle, runtime, ...client.slice(0, 1), ...system, ...files];
  for (const { bomRef } of tops) whole.dependencies.add(bomRef);
  return { image: whole, all: [bundle, ...packages, runtime, ...client, ...system, ...files] };
}

function requireBundle(files: ContentFile[], bundle: Models.Component): void {
  const code = files.find(({ path }) => path === `${TASK_ROOT}/index.js`);
  if (code && code.sha256 === bundle.hashes.get(SHA256)) return;
  throw new Failure({
    code: 'IMAGE_OF_OTHER_CODE',
    exitCode: EXIT.failed,
    message: 'The code in the image is not what this project is bundled to now',
    cure: 'Build the image anew (npx biot-plugin build-and-push), or check out what it was built of.',
  });
}

/** aws-lambda-ric first, then what is in its two files; nothing where the image has another runtime client. */
function toClient(built: BuiltClient, files: ContentFile[], lock: LockFile): Models.Component[] {
  const hashes = new Set(files.map(({ sha256 }) => sha256));
  if (!Object.values(built.files).every((hash) => hashes.has(hash))) return [];
  const npm = listRuntimeClient(lock).map((path) => toNpmComponent(lock.get(path) as LockedPackage));
  const [client, ...held] = npm;
  if (!client) return [];
  const curl = `cpe:2.3:a:haxx:libcurl:${built.curl}:*:*:*:*:*:*:*`;
  const compiled = [
    toCompiledComponent({ name: 'curl', version: built.curl, licence: 'curl', cpe: curl }),
    toCompiledComponent({ name: 'aws-lambda-cpp', version: built.awsLambdaCpp, licence: 'Apache-2.0' }),
  ];
  for (const { bomRef } of [...held, ...compiled]) client.dependencies.add(bomRef);
  return [client, ...held, ...compiled];
}
