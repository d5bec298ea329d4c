import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from './dockerApi.ts';
import { dockerCalls } from './dockerCalls.ts';

const REMOVE_TRIES = 25;
const REMOVE_PAUSE_MS = 200;

/** How containers reach this machine. */
export type Network = {
  name: string;
  /** The address under which a container reaches this machine, and on which to listen for it. */
  containerToHost: string;
  listenAddress: string;
};

/**
 * Where the engine runs on this machine, the gateway of an internal network is this machine and nothing lies behind
 * it. Where it runs in a virtual machine (Docker Desktop, Colima), only the engine's own name for the host leads here,
 * and only from its ordinary network.
 */
export async function openNetwork(
  docker: Docker,
  named: { name: string; owner: string },
  log: (line: string) => void,
): Promise<Network> {
  const { name } = named;
  const gateway = await createInternal(docker, named).catch((error: Error) => {
    log(`The engine made no network of our own: ${error.message}`);
    return '';
  });
  if (gateway && (await canListenOn(gateway))) {
    return { name, containerToHost: gateway, listenAddress: gateway };
  }
  log(
    'Containers run in the ordinary network of the engine: unlike elsewhere, they reach the Internet from it',
  );
  return { name: 'bridge', containerToHost: 'host.docker.internal', listenAddress: '127.0.0.1' };
}

/** Its gateway. */
async function createInternal(docker: Docker, named: { name: string; owner: string }): Promise<string> {
  await docker(dockerCalls.createNetwork(named));
  const network = (await docker(dockerCalls.inspectNetwork(named.name))) as {
    IPAM: { Config: { Gateway?: string }[] };
  };
  return network.IPAM.Config[0]?.Gateway ?? '';
}

/** Is the address one of this machine's? Asked by listening: an interface without containers is listed nowhere. */
function canListenOn(address: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

/** Refused while a container that is just being removed still hangs on it. */
export async function removeNetwork(docker: Docker, name: string): Promise<void> {
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    const failure = await docker(dockerCalls.removeNetwork(name)).then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failure || /not found/i.test(failure.message)) return;
    await sleep(REMOVE_PAUSE_MS);
  }
}
