import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fastify, { type FastifyInstance } from 'fastify';
import { answerErrorsAsBiot, BiotError } from './biotError.ts';
import { cron } from './cron/routes.ts';
import { createInterceptors } from './dispatcher/interceptors.ts';
import { notifySubscribers } from './dispatcher/notifications.ts';
import { type Registry, startRegistry } from './ecr/registry.ts';
import { ECR_PREFIX, ecr } from './ecr/routes.ts';
import { entities } from './entities/routes.ts';
import { type DockerHost, openDockerHost } from './lambda/dockerLauncher.ts';
import { FUNCTION_URL_PREFIX, functionUrls } from './lambda/functionUrl.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { REGION } from './lambda/lambdaVariables.ts';
import { findRuntimeClient } from './lambda/processLauncher.ts';
import { settings } from './settings/routes.ts';
import { createState, type Plugin, type State } from './state.ts';
import { traceCalls } from './trace.ts';
import { createTraces } from './traces.ts';
import { ums } from './ums/routes.ts';
import { createTokens } from './ums/tokens.ts';

export type EmulatorOptions = {
  /** Where this project stands: its `node_modules` may hold AWS's runtime client. */
  projectRoot: string;
  /** 0 is any free one. */
  port: number;
  registryPort: number;
  host: string;
  /** `process` never asks for a container engine; `docker` needs one; `auto` takes it if it answers. */
  launcher: 'auto' | 'docker' | 'process';
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

type Parts = {
  state: State;
  lambda: Lambda;
  registry: Registry | undefined;
  baseUrl(): string;
  log(line: string): void;
};

/** Makes the state, starts what is real (registry, containers' network), registers the services, and listens. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { log } = options;
  const docker = options.launcher === 'process' ? undefined : await openDockerHost();
  if (options.launcher === 'docker' && !docker)
    throw new Error('No container engine answers: start Docker and try again');
  const registry = await startRegistry(options.registryPort);
  const user = {
    id: randomUUID(),
    username: 'admin@local.biot',
    password: randomBytes(12).toString('base64url'),
  };
  const state = createState(await promisify(generateKeyPair)('rsa', { modulusLength: 2048 }), user);

  let port = 0;
  const baseUrl = () => `http://${options.host}:${port}`;
  const lambda = createLambda({
    runtimeClient: findRuntimeClientOnce(options),
    docker,
    registryLogin: registry?.login ?? { user: '', password: '' },
    biotUrls: () => ({ process: baseUrl(), container: `http://${docker?.containerToHost}:${port}` }),
    onOutput: (name, text) => {
      for (const line of text.split('\n').filter(Boolean)) log(`[${name}] ${line}`);
    },
  });

  const app = await buildApp({ state, lambda, registry, baseUrl, log });
  await app.listen({ port: options.port, host: options.host });
  port = (app.server.address() as AddressInfo).port;
  const bridge = await listenForContainers(app, docker, { host: options.host, port });

  return {
    baseUrl: baseUrl(),
    username: user.username,
    password: user.password,
    registry: registry?.host ?? null,
    ecrEndpoint: baseUrl() + ECR_PREFIX,
    engine: docker?.version ?? null,
    async close() {
      bridge?.close();
      bridge?.closeAllConnections();
      await app.close();
      await lambda.close();
      await docker?.close();
      await registry?.close();
    },
  };
}

/** Says once what a process cannot keep of Lambda's rules, and which client it runs with. */
function findRuntimeClientOnce({ projectRoot, log }: EmulatorOptions): () => string {
  let found: string | undefined;
  return () => {
    if (found) return found;
    const { path, isAws } = findRuntimeClient(projectRoot);
    const client = isAws
      ? 'aws-lambda-ric'
      : 'a small client of its own, as aws-lambda-ric could not be built here';
    log(`ZIP plugins run as processes with ${client}. Read-only root, user and memory limit are not kept.`);
    found = path;
    return path;
  };
}

/** The services, each given what it needs of the others. */
async function buildApp({ state, lambda, registry, baseUrl, log }: Parts): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: 50 * 1024 * 1024, forceCloseConnections: true });
  const tokens = createTokens(state);
  const traces = createTraces();
  const verifyToken = tokens.verify;

  traceCalls(app);
  answerErrorsAsBiot(app, log);
  await app.register(ums, { state, tokens });
  await app.register(ecr, { state, registry });
  await app.register(settings, {
    state,
    verifyToken,
    region: REGION,
    repositoryUri: () => registry?.repositoryUri ?? refuseWithoutRegistry(),
    resolveImage: async (tag: string) => registry?.resolve(tag),
    deploy: lambda.deploy,
    remove: lambda.remove,
    endpointUrlOf: ({ urlId }: Plugin) => `${baseUrl()}${FUNCTION_URL_PREFIX}/${urlId}/`,
  });
  await app.register(entities, {
    state,
    verifyToken,
    ...createInterceptors({ state, hookToken: () => tokens.hookToken('INTERCEPTOR') }),
    notify: (change) =>
      notifySubscribers({ state, hookToken: () => tokens.hookToken('NOTIFICATION'), log }, change),
  });
  await app.register(functionUrls, { state, traces, invoke: lambda.invoke });
  await app.register(cron, { state, invoke: lambda.invoke });
  app.get<{ Params: { id: string } }>(
    '/emulator/traces/:id',
    async ({ params }) => traces.find(params.id) ?? [],
  );
  return app;
}

function refuseWithoutRegistry(): never {
  const message =
    'No registry here: install docker-registry (CNCF Distribution), or start Docker with the image registry:2';
  throw new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message });
}

/** Loopback is out of a container's reach, so the same application also listens on the engine's own network. */
async function listenForContainers(
  app: FastifyInstance,
  docker: DockerHost | undefined,
  { host, port }: { host: string; port: number },
): Promise<Server | undefined> {
  if (!docker || docker.listenAddress === host) return undefined;
  const server = createServer((request, reply) => app.routing(request, reply));
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, docker.listenAddress, resolve),
  );
  return server;
}
