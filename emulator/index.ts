import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { createClock } from './clock.ts';
import { startRegistry } from './ecr/registry.ts';
import { ECR_PREFIX } from './ecr/routes.ts';
import { fillState, moveEndpoints, newSigningKey, USERNAME } from './fillState.ts';
import { chooseRuntimeClient } from './lambda/chooseRuntimeClient.ts';
import { type DockerHost, openDockerHost } from './lambda/dockerLauncher.ts';
import { FUNCTION_URL_PREFIX } from './lambda/functionUrl.ts';
import { createLambda } from './lambda/lambda.ts';
import { createLogs } from './logs.ts';
import type { Seed } from './seed.ts';
import { createState, type User } from './state.ts';
import { openStore } from './store.ts';
import { createTraces } from './traces.ts';
import { withoutDirective } from './withoutDirective.ts';

export type EmulatorOptions = {
  /** Where this project stands: its `node_modules` may hold AWS's runtime client. */
  projectRoot: string;
  /** 0 is any free one. */
  port: number;
  /** Without it there is no registry, and a plugin's `imageTag` is the id of an image that the container engine has. */
  registryPort?: number;
  host: string;
  /** Where everything is kept, over restarts and crashes; without it all is in memory. */
  dataDirectory?: string;
  /** `process` never asks for a container engine; `docker` needs one; `auto` takes it if it answers. */
  launcher: 'auto' | 'docker' | 'process';
  /** What a plugin runs that is created without code; without it such a plugin is refused. */
  seed?: Seed;
  /** How many environments a plugin may have at the same time; 10. */
  concurrency?: number;
  /** For a debugger: plugins as processes with these arguments for Node, without time limits, never frozen. */
  debug?: { nodeArguments: string[] };
  /** Lines about what happens, and the plugins' own output. */
  log(line: string): void;
};

/** A running local BioT. `ecrEndpoint` is the value for AWS_ENDPOINT_URL_ECR. */
export type Emulator = {
  baseUrl: string;
  username: string;
  password: string;
  /** `host:port`; null when no registry could be started. */
  registry: string | null;
  ecrEndpoint: string;
  /** Docker's version; null without an engine. */
  engine: string | null;
  close(): Promise<void>;
};

const CONCURRENCY = 10;
const IDLE_MS = 10 * 60_000;

/** Starts what is real (registry, containers' network), then the services; what was started is ended if that fails. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const endings: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, endings)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `endings` gets, for everything that was started, how to end it. */
async function start(
  options: EmulatorOptions,
  endings: (() => Promise<void>)[],
): Promise<Omit<Emulator, 'close'>> {
  const { log, host, projectRoot, seed } = options;
  const takesLocalImages = options.registryPort === undefined;
  const { state, registry, docker } = await startRealParts(options, endings);

  const address = { port: 0 };
  const baseUrl = () => `http://${host}:${address.port}`;
  const clock = createClock(state.kept as Map<string, number>);
  const [traces, logs] = [createTraces(), createLogs()];
  const { concurrency = CONCURRENCY } = options;
  const lambda = createLambda({
    ...{ state, docker, registry, takesLocalImages },
    runtimeClient: chooseRuntimeClient(projectRoot, log),
    biotUrls: () => ({ process: baseUrl(), container: `http://${docker?.containerToHost}:${address.port}` }),
    concurrency,
    idleMs: IDLE_MS,
    ...(options.debug && { debug: options.debug }),
    onLine(line, source) {
      logs.write(line);
      if (source === 'function') log(`[${line.plugin}] ${withoutDirective(line.text)}`);
    },
  });
  endings.push(lambda.close);

  const app = await buildApp({
    ...{ state, clock, traces, logs, lambda, registry, takesLocalImages, seed, baseUrl, log },
    concurrency,
  });
  endings.push(() => app.close());
  await app.listen({ port: options.port, host });
  address.port = (app.server.address() as AddressInfo).port;
  moveEndpoints(state, ({ urlId }) => `${baseUrl()}${FUNCTION_URL_PREFIX}/${urlId}/`);
  const bridge = await listenForContainers(app, docker, { host, port: address.port });
  if (bridge) endings.push(bridge);

  const { username, password } = state.users.get(USERNAME) as User;
  const ecrEndpoint = baseUrl() + ECR_PREFIX;
  const addresses = { baseUrl: baseUrl(), registry: registry?.host ?? null, ecrEndpoint };
  return { ...addresses, username, password, engine: docker?.version ?? null };
}

/** The store, the registry and the containers' network. */
async function startRealParts(options: EmulatorOptions, endings: (() => Promise<void>)[]) {
  const { dataDirectory, launcher, registryPort } = options;
  const store = openStore(dataDirectory);
  endings.push(async () => store.close());
  const opening = launcher === 'process' ? undefined : openDockerHost(options.log);
  opening?.catch(() => undefined); // told below, when it is needed
  endings.push(async () => (await opening?.catch(() => undefined))?.close());
  const state = createState(store);
  const making = state.signingKeys.size > 0 ? undefined : newSigningKey(); // another thread's work
  fillState(state);
  const password = String(state.kept.get('registryPassword'));
  const directory = dataDirectory && join(dataDirectory, 'registry');
  const registry =
    registryPort === undefined ? undefined : await startRegistry({ port: registryPort, directory, password });
  if (registry) endings.push(registry.close);
  const signingKey = await making;
  if (signingKey) state.signingKeys.set('current', signingKey);
  const docker = await opening;
  if (launcher === 'docker' && !docker)
    throw new Error('No container engine answers: start Docker and try again');
  return { state, registry, docker };
}

/** Loopback is out of a container's reach, so the same application also listens on the engine's own network. */
async function listenForContainers(
  app: FastifyInstance,
  docker: DockerHost | undefined,
  { host, port }: { host: string; port: number },
): Promise<(() => Promise<void>) | undefined> {
  if (!docker || docker.listenAddress === host) return undefined;
  const server = createServer((request, reply) => app.routing(request, reply));
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, docker.listenAddress, resolve),
  );
  return async () => {
    server.close();
    server.closeAllConnections();
  };
}
