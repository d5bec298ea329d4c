import { type Image, launchContainer } from './container.ts';
import type { DockerPlace } from './dockerPlace.ts';
import type { Launched, Sandbox, SandboxSpec } from './sandbox.ts';
import type { TmpVolume, TmpVolumes } from './tmpVolumes.ts';

/** An environment in containers, one for each start of the function; /tmp is a volume that they share. */
export function createDockerSandbox(
  { place, tmpVolumes }: { place: DockerPlace; tmpVolumes: TmpVolumes },
  image: Image,
  { limits, variables, onLine }: SandboxSpec,
): Sandbox {
  let opened: Promise<TmpVolume> | undefined;
  let last: Launched | undefined;
  return {
    async launch(port) {
      opened ??= tmpVolumes.open(limits.ephemeralStorage);
      const { name: tmpVolume } = await opened;
      last = await launchContainer(place, {
        image,
        memorySize: limits.memorySize,
        tmpVolume,
        variables: variables(`${place.network.containerToHost}:${port}`),
        onLine,
      });
      return last;
    },
    async dispose() {
      await last?.exited;
      await (await opened?.catch(() => undefined))?.remove();
    },
  };
}
