import { randomBytes } from 'node:crypto';
import { makeFolder, removeFolder } from '../temporaryFolders.ts';
import { checkImage, refuseSize } from './checkImage.ts';
import type { Image } from './container.ts';
import type { ImageCommand } from './containerExit.ts';
import { type Docker, openDocker } from './dockerApi.ts';
import { dockerCalls } from './dockerCalls.ts';
import { openNetwork, removeNetwork } from './dockerNetwork.ts';
import { removeLeftovers, toOwner } from './dockerOwner.ts';
import type { DockerPlace } from './dockerPlace.ts';
import { createDockerSandbox } from './dockerSandbox.ts';
import { readEntryPoint } from './entryPoint.ts';
import { pullImage, type RegistryLogin } from './pullImage.ts';
import type { Code } from './sandbox.ts';
import { createSharedImages, type SharedImages } from './sharedImages.ts';
import { createTmpVolumes, type TmpVolumes } from './tmpVolumes.ts';

/** The container engine, and what of it is the local BioT's own. */
export type DockerHost = {
  /** Docker's version, like `28.2.2`. */
  version: string;
  network: string;
  /** The address under which a container reaches this machine, and on which to listen for it. */
  containerToHost: string;
  listenAddress: string;
  /**
   * Fetches an image of the registry, `host:port/name@sha256:…`, after the checks that Lambda makes.
   * @throws Error when Lambda would refuse it, or the registry does not have it
   */
  prepare(reference: string, login: RegistryLogin): Promise<Code>;
  /** The code in an image that the engine has already. */
  prepareLocal(reference: string): Promise<Code>;
  close(): Promise<void>;
};

/** Undefined when no engine answers. */
export async function openDockerHost(log: (line: string) => void): Promise<DockerHost | undefined> {
  const docker = await openDocker();
  if (!docker) return undefined;
  const place = await openPlace(docker, log);
  const { network } = place;
  const tmpVolumes = createTmpVolumes(place);
  const images = createSharedImages((reference) => docker(dockerCalls.removeImage(reference)));
  const own = { place, tmpVolumes, images };
  const swept = sweep(log);

  return {
    version: place.engineVersion,
    network: network.name,
    containerToHost: network.containerToHost,
    listenAddress: network.listenAddress,
    async prepare(reference, login) {
      await checkImage(reference, login);
      await images.use(reference);
      try {
        await pullImage(place.workDirectory, reference, login);
        return await toCode(own, reference);
      } catch (error) {
        await images.release(reference);
        throw error;
      }
    },
    async prepareLocal(reference) {
      await images.use(reference);
      return toCode(own, reference);
    },
    async close() {
      const left = [...place.containers];
      await Promise.all(left.map((name) => docker(dockerCalls.remove(name)).catch(() => undefined)));
      await Promise.all(left.map((name) => docker(dockerCalls.removeVolume(name)).catch(() => undefined)));
      await tmpVolumes.close();
      if (network.name.startsWith(place.prefix)) await removeNetwork(docker, network.name);
      await removeFolder(place.workDirectory);
      await swept;
    },
  };
}

async function openPlace(
  docker: Docker,
  log: (line: string) => void,
): Promise<DockerPlace & { engineVersion: string }> {
  const prefix = `biot-local-${randomBytes(4).toString('hex')}`;
  const owner = (await toOwner(process.pid)) ?? '';
  const [info, network, workDirectory] = await Promise.all([
    docker(dockerCalls.info()) as Promise<{ ServerVersion: string; NCPU: number }>,
    openNetwork(docker, { name: prefix, owner }, log),
    makeFolder('docker'),
  ]);
  const { ServerVersion: engineVersion, NCPU: engineCpus } = info;
  const containers = new Set<string>();
  return { docker, engineVersion, engineCpus, network, owner, prefix, workDirectory, containers, log };
}

/** In the background: nothing here needs it. */
async function sweep(log: (line: string) => void): Promise<void> {
  const removed = await removeLeftovers();
  if (removed > 0) log(`Removed what a killed local BioT had left in the container engine (${removed})`);
}

async function toCode(
  host: { place: DockerPlace; tmpVolumes: TmpVolumes; images: SharedImages },
  reference: string,
): Promise<Code> {
  const image = await readImage(host.place, reference);
  return {
    listenAddress: host.place.network.listenAddress,
    createSandbox: (spec) => createDockerSandbox(host, image, spec),
    dispose: () => host.images.release(reference),
  };
}

/** Says what Lambda's documentation forbids, but Lambda does not refuse. @throws Error when it is too large */
async function readImage(place: DockerPlace, reference: string): Promise<Image> {
  const read = (await place.docker(dockerCalls.inspectImage(reference))) as {
    Config: ImageCommand;
    Size: number;
  };
  refuseSize(reference, read.Size);
  const { Config: command } = read;
  const path = command.Entrypoint?.[0] ?? command.Cmd?.[0] ?? '';
  const warn = (what: string) =>
    place.log(`The entry point ${path} ${what}: AWS's documentation wants the absolute path of a file`);
  if (!path.startsWith('/')) warn('is no absolute path');
  const entryPoint = path.startsWith('/') ? await readEntryPoint(place, reference, path) : undefined;
  if (entryPoint?.isLink) warn('is a link');
  return { reference, command, isProgram: entryPoint?.isProgram ?? true };
}
