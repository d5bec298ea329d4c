import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fastify, { type FastifyInstance } from 'fastify';
import { answerBadUrlAsBiot, answerErrorsAsBiot, BiotError } from './biotError.ts';
import { cron } from './cron/routes.ts';
import { createInterceptors } from './dispatcher/interceptors.ts';
import { notifySubscribers } from './dispatcher/notifications.ts';
import { type Registry, startRegistry } from './ecr/registry.ts';
import { ECR_PREFIX, ecr } from './ecr/routes.ts';
import { entities } from './entities/routes.ts';
import { type DockerHost, openDockerHost } from './lambda/dockerLauncher.ts';
import { FUNCTION_URL_PREFIX, functionUrls, toRoutedUrl } from './lambda/functionUrl.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { REGION } from './lambda/lambdaVariables.ts';
import { chooseRuntimeClient } from './lambda/processLauncher.ts';
import { settings } from './settings/routes.ts';
import { createState, type Plugin, type State, type User } from './state.ts';
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
  const { log, host } = options;
  const registry = await startRegistry(options.registryPort);
  if (registry) endings.push(registry.close);
  const docker = options.launcher === 'process' ? undefined : await openDockerHost();
  if (docker) endings.push(docker.close);
  if (options.launcher === 'docker' && !docker)
    throw new Error('No container engine answers: start Docker and try again');

  const state = createState(await promisify(generateKeyPair)('rsa', { modulusLength: 2048 }), createUser());
  const address = { port: 0 };
  const baseUrl = () => `http://${host}:${address.port}`;
  const lambda = createLambda({
    runtimeClient: chooseRuntimeClient(options.projectRoot, log),
    docker,
    registryLogin: registry?.login ?? { user: '', password: '' },
    biotUrls: () => ({ process: baseUrl(), container: `http://${docker?.containerToHost}:${address.port}` }),
    onOutput: (name, text) => {
      for (const line of text.split('\n').filter(Boolean)) log(`[${name}] ${line}`);
    },
  });
  endings.push(lambda.close);

  const app = await buildApp({ state, lambda, registry, baseUrl, log });
  endings.push(() => app.close());
  await app.listen({ port: options.port, host });
  address.port = (app.server.address() as AddressInfo).port;
  const bridge = await listenForContainers(app, docker, { host, port: address.port });
  if (bridge) endings.push(bridge);

  const { username, password } = state.user;
  const ecrEndpoint = baseUrl() + ECR_PREFIX;
  const registryHost = registry?.host ?? null;
  return {
    baseUrl: baseUrl(),
    username,
    password,
    registry: registryHost,
    ecrEndpoint,
    engine: docker?.version ?? null,
  };
}

const createUser = (): User => ({
  id: randomUUID(),
  username: 'admin@local.biot',
  password: randomBytes(12).toString('base64url'),
});

/** The services, each given what it needs of the others. */
async function buildApp({ state, lambda, registry, baseUrl, log }: Parts): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: 50 * 1024 * 1024,
    forceCloseConnections: true,
    rewriteUrl: ({ url = '/' }) => toRoutedUrl(url),
    frameworkErrors: answerBadUrlAsBiot,
  });
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
  await app.register(functionUrls, { state, traces, log, invoke: lambda.invoke });
  await app.register(cron, { state, invoke: lambda.invoke });
  app.get<{ Params: { id: string } }>('/emulator/traces/:id', async ({ params }) => {
    const hooks = traces.find(params.id);
    if (hooks) return hooks;
    throw new BiotError({
      status: 404,
      code: 'NOT_FOUND',
      message: `No hook was called in the trace ${params.id}`,
    });
  });
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
