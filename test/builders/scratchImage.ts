import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { docker } from './container.ts';
import { packTar, type TarFile } from './tar.ts';

/** `files` are those of the image, by their path without the slash in front. */
export type ScratchSpec = { dockerfile: string[]; files?: TarFile[]; from?: string; platform?: string };

/** Builds an image of these files only; its name. */
export async function buildScratchImage(spec: ScratchSpec): Promise<string> {
  const { dockerfile, files = [], from = 'scratch', platform = 'linux/amd64' } = spec;
  const name = `biot-check-test:${randomUUID()}`;
  const text = [`FROM ${from}`, ...(files.length > 0 ? ['COPY root/ /'] : []), ...dockerfile].join('\n');
  const inContext = files.map((file) => ({ ...file, name: `root/${file.name}` }));
  const context = await packTar([{ name: 'Dockerfile', content: text }, ...inContext]);
  // The classic builder's cache does not look at the platform.
  const args = ['build', '--no-cache', '--platform', platform, '--tag', name, '-'];
  const { status, stdout, stderr } = spawnSync('docker', args, { input: context });
  if (status !== 0) throw new Error(`docker build: ${stdout}${stderr}`);
  return name;
}

export const removeImages = (names: string[]): Promise<unknown> =>
  names.length > 0 ? docker('image', 'rm', '--force', ...names) : Promise.resolve();
