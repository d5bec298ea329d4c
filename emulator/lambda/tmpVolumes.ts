import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { dockerCalls, OWNER_LABEL } from './dockerCalls.ts';
import type { DockerPlace } from './dockerPlace.ts';
import { HOLDER_PROGRAM, toHolderArchive } from './tmpHolder.ts';

/** The /tmp of one environment: a volume in memory that lives until `remove`, whatever containers come and go. */
export type TmpVolume = { name: string; remove(): Promise<void> };

export type TmpVolumes = {
  /** @throws Error when the engine makes no such volume */
  open(megabytes: number): Promise<TmpVolume>;
  close(): Promise<void>;
};

export function createTmpVolumes(place: DockerPlace): TmpVolumes {
  const { docker, owner, log } = place;
  const image = `${place.prefix}-tmp`;
  let imported: Promise<void> | undefined;
  const hold = async (volume: string) => {
    imported ??= importImage(place, image);
    await imported;
    await startHolder(place, image, volume);
  };

  return {
    async open(megabytes) {
      const name = `${place.prefix}-${randomBytes(4).toString('hex')}`;
      await docker(dockerCalls.createVolume({ name, owner, megabytes }));
      place.containers.add(name); // the holder has the volume's name
      const held = hold(name).catch((error: Error) =>
        log(`What is in /tmp is lost when a function is started anew: ${error.message}`),
      );
      return {
        name,
        async remove() {
          await held;
          await docker(dockerCalls.remove(name)).catch(() => undefined);
          await docker(dockerCalls.removeVolume(name)).catch((error: Error) => log(error.message));
          place.containers.delete(name);
        },
      };
    },
    async close() {
      if (!imported) return;
      await imported.catch(() => undefined);
      await docker(dockerCalls.removeImage(image)).catch(() => undefined);
    },
  };
}

async function importImage({ workDirectory, owner }: DockerPlace, image: string): Promise<void> {
  const archive = join(workDirectory, 'tmp-holder.tar');
  await writeFile(archive, toHolderArchive());
  const label = `LABEL ${OWNER_LABEL}="${owner}"`;
  await run(['import', '--platform', 'linux/amd64', '--change', label, archive, image]);
}

async function startHolder({ owner }: DockerPlace, image: string, volume: string): Promise<void> {
  await run([
    ...['run', '--detach', '--name', volume, '--label', `${OWNER_LABEL}=${owner}`],
    ...['--platform', 'linux/amd64', '--network', 'none', '--read-only', '--cap-drop', 'ALL'],
    ...['--mount', `type=volume,src=${volume},dst=/tmp,volume-nocopy`, image, HOLDER_PROGRAM],
  ]);
}

async function run(args: string[]): Promise<void> {
  const { code, stderr } = await runCommand('docker', args);
  if (code !== 0) throw new Error(`docker ${args[0]}: ${stderr.trim()}`);
}
