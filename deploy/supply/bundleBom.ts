import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Enums, Models } from '@cyclonedx/cyclonedx-library';
import type { Bundle, BundledPackage } from '../bundle.ts';
import { EXIT, Failure } from '../failure.ts';
import { toLicences, toNpmComponent } from './components.ts';
import { type LockFile, readLockFile } from './lockFile.ts';

/** The bundle as a component, and those whose code is in it; how they hang together is in them. */
export type BundleParts = { bundle: Models.Component; packages: Models.Component[] };

/** @throws Failure where what is installed is not what package-lock.json says */
export async function toBundleParts(projectRoot: string, made: Bundle): Promise<BundleParts> {
  const lock = await readLockFile(projectRoot);
  const byPath = new Map(made.packages.map((found) => [found.path, toLocked(found, lock)]));
  const depend = (component: Models.Component, imports: string[]) => {
    const used = imports.map((path) => byPath.get(path)).filter((found) => found !== undefined);
    for (const { bomRef } of used) component.dependencies.add(bomRef);
  };
  for (const { path, imports } of made.packages) {
    const component = byPath.get(path);
    if (component) depend(component, imports);
  }
  const bundle = await toBundleComponent(projectRoot, made.taskRoot);
  depend(bundle, made.imports);
  return { bundle, packages: [...byPath.values()] };
}

function toLocked({ path, name, version, licence }: BundledPackage, lock: LockFile): Models.Component {
  const locked = lock.get(path);
  if (locked?.version === version) return toNpmComponent({ ...locked, name, ...(licence && { licence }) });
  throw new Failure({
    code: 'NOT_AS_LOCKED',
    exitCode: EXIT.failed,
    message: `${path} is ${version}, and package-lock.json has ${locked?.version ?? 'no such package'}`,
    cure: 'Run npm ci, and then this again.',
  });
}

async function toBundleComponent(projectRoot: string, taskRoot: string): Promise<Models.Component> {
  const { name, version, license } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'));
  const code = await readFile(join(taskRoot, 'index.js'));
  return new Models.Component(Enums.ComponentType.Application, name, {
    ...{ version, bomRef: `${name}@${version}`, licenses: toLicences(license) },
    hashes: new Models.HashDictionary([
      [Enums.HashAlgorithm['SHA-256'], createHash('sha256').update(code).digest('hex')],
    ]),
  });
}
