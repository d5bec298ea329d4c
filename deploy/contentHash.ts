import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EXIT, Failure } from './failure.ts';
import { type ContextEntry, listBuildContext } from './listBuildContext.ts';

/**
 * `sha256:…` of all that an image is built from: equal wherever and whenever the project is checked out. Only the base
 * image, and what `npm ci` finds for the lock file, are not in it. @throws Failure without a Dockerfile
 */
export async function hashBuildContext(projectRoot: string): Promise<string> {
  const entries = await listBuildContext(projectRoot);
  if (!entries.some(({ path }) => path === 'Dockerfile')) throw noDockerfile(projectRoot);
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(`${JSON.stringify(await describe(projectRoot, entry))}\n`);
  return `sha256:${hash.digest('hex')}`;
}

async function describe(projectRoot: string, { path, kind }: ContextEntry): Promise<string[]> {
  const place = join(projectRoot, path);
  if (kind === 'link') return [path, kind, await readlink(place)];
  const content = createHash('sha256');
  await pipeline(createReadStream(place), content);
  return [path, (await isExecutable(place)) ? 'program' : kind, content.digest('hex')];
}

/** Windows has no such bit: docker sets it there on all. */
const isExecutable = async (place: string): Promise<boolean> =>
  process.platform !== 'win32' && ((await stat(place)).mode & 0o111) !== 0;

const noDockerfile = (projectRoot: string) =>
  new Failure({
    code: 'NO_DOCKERFILE',
    exitCode: EXIT.usage,
    message: `There is no Dockerfile in ${projectRoot}`,
    cure: 'Put it back, or set "deploymentPackageType": "ZIP" in plugin.json.',
  });
