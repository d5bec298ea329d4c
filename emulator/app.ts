import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { answerBadUrlAsBiot, answerErrorsAsBiot, BiotError } from './biotError.ts';
import type { Clock } from './clock.ts';
import { lab } from './console/lab.ts';
import { consoleRoutes } from './console/routes.ts';
import { templates } from './console/templates.ts';
import { trigger } from './console/trigger.ts';
import { cron } from './cron/routes.ts';
import { toScheduledEvent } from './cron/scheduledEvent.ts';
import { createDispatcher } from './dispatcher/dispatcher.ts';
import { findFault } from './dispatcher/findFault.ts';
import { toHookHeaders } from './dispatcher/hookHeaders.ts';
import { dispatcherRoutes } from './dispatcher/routes.ts';
import type { Registry } from './ecr/registry.ts';
import { ecr } from './ecr/routes.ts';
import { createSamples } from './entities/createSamples.ts';
import { entities } from './entities/routes.ts';
import { createSampleCalls } from './entities/sampleCall.ts';
import { createFaults } from './faults.ts';
import { USERNAME } from './fillState.ts';
import { addHealthChecks } from './healthChecks.ts';
import { injectFaults } from './injectFaults.ts';
import { createFindByUrl } from './lambda/findByUrl.ts';
import { FUNCTION_URL_PREFIX, functionUrls, toRoutedUrl } from './lambda/functionUrl.ts';
import { toFunctionUrlEvent } from './lambda/functionUrlEvent.ts';
import { toUrlResponse } from './lambda/functionUrlResponse.ts';
import type { Lambda } from './lambda/lambda.ts';
import { REGION } from './lambda/lambdaVariables.ts';
import type { Logs } from './logs.ts';
import { refuseForeignPages } from './refuseForeignPages.ts';
import type { Seed } from './seed.ts';
import { settings } from './settings/routes.ts';
import type { Plugin, State, User } from './state.ts';
import { traceCalls } from './trace.ts';
import type { Traces } from './traces.ts';
import { ums } from './ums/routes.ts';
import { rotateSigningKeys } from './ums/signingKeys.ts';
import { createTokens, type Tokens } from './ums/tokens.ts';

/** What the services are made of. `log` takes lines about what happens. */
export type Parts = {
  state: State;
  clock: Clock;
  traces: Traces;
  logs: Logs;
  lambda: Lambda;
  registry: Registry | undefined;
  /** Images are the container engine's own, and `imageTag` is the id of one. */
  takesLocalImages: boolean;
  seed: Seed | undefined;
  /** How many environments each plugin may have at a time. */
  concurrency: number;
  baseUrl(): string;
  log(line: string): void;
};

/** The services, each given what it needs of the others. */
export async function buildApp(parts: Parts): Promise<FastifyInstance> {
  const { state, clock, traces, logs, lambda, registry, baseUrl, log } = parts;
  const app = newApp();
  const [faults, tokens] = [createFaults(), createTokens({ state, clock })];
  const { hookToken, verify: verifyToken } = tokens;
  const endpointUrlOf = ({ urlId }: Plugin) => `${baseUrl()}${FUNCTION_URL_PREFIX}/${urlId}/`;
  const dispatcher = createDispatcher({
    ...{ state, clock, traces, logs, faults, hookToken, log },
    maxNested: parts.concurrency,
  });

  const { notify } = dispatcher;
  const rotateKeys = () => rotateSigningKeys(state);

  traceCalls(app);
  tellTime(app, clock);
  injectFaults(app, { ...parts, ...toFunctionUrls(state), faults, rotateKeys });
  answerErrorsAsBiot(app, log);
  refuseForeignPages(app, () => new URL(baseUrl()).hostname);
  addHealthChecks(app);
  await app.register(lab, { state, clock, faults, rotateKeys });
  await app.register(ums, { state, clock, tokens, notify });
  await app.register(ecr, { state, clock, registry });
  await app.register(settings, {
    ...{ state, clock, verifyToken, region: REGION },
    ...toCodeSources(parts),
    deploy: lambda.deploy,
    remove: lambda.remove,
    endpointUrlOf,
    consoleUrlOf: ({ config }) => `${baseUrl()}/emulator/logs?plugin=${config.name}`,
  });
  await app.register(dispatcherRoutes, { state, clock, verifyToken });
  await app.register(entities, { state, clock, traces, verifyToken, ...dispatcher });
  await app.register(templates, { state });
  await app.register(trigger, { state, clock, notify, toSample: createSamples(state, clock) });
  app.addHook('preClose', async () => dispatcher.close());
  await app.register(functionUrls, { state, traces, log, invoke: lambda.invoke });
  await app.register(cron, { state, clock, traces, log, invoke: lambda.invoke });
  await app.register(consoleRoutes, { ...parts, endpointUrlOf, ...toConsole(parts, tokens) });
  return app;
}

const newApp = () =>
  fastify({
    bodyLimit: 50 * 1024 * 1024,
    forceCloseConnections: true,
    rewriteUrl: ({ url = '/' }) => toRoutedUrl(url),
    frameworkErrors: answerBadUrlAsBiot,
  });

/** Each answer says what time it is here, as any server does: the clock may have been moved. */
function tellTime(app: FastifyInstance, clock: Clock): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('date', clock.now().toUTCString());
  });
}

const toFunctionUrls = (state: State) => ({
  functionUrlPrefix: FUNCTION_URL_PREFIX,
  findByUrl: createFindByUrl(state),
});

const toConsole = (parts: Parts, tokens: Tokens) => ({
  ...toSigning(parts.state, tokens),
  ...toInvoking(parts),
});

/** How an event is made and judged that goes past the function URL. */
const toInvoking = ({ state, lambda, clock }: Parts) => ({
  samples: createSampleCalls(state, clock),
  invoke: lambda.invoke,
  toScheduledEvent: ({ config }: Plugin) => toScheduledEvent(config.name, clock.now()),
  toUrlEvent({ urlId }: Plugin, { body, ...request }: UrlPost) {
    const place = { method: 'POST', url: '/', sourceIp: '127.0.0.1', urlId };
    return toFunctionUrlEvent({ ...request, ...place, body: Buffer.from(body) }, clock.now());
  },
  toUrlAnswer: toUrlResponse,
  findFault,
});

type UrlPost = { headers: Record<string, string>; body: string; requestId: string; traceId: string };

/** How a replayed event is signed: as BioT's, of a call by the person who deploys. */
function toSigning({ users }: State, { hookToken, issueUserToken }: Tokens) {
  const userToken = () => issueUserToken(users.get(USERNAME) as User, randomUUID()).token;
  return { hookToken, userToken, toHookHeaders };
}

/** The docker repository and the seed, as the settings service needs them. */
function toCodeSources({ registry, seed, takesLocalImages }: Parts) {
  const image = seed?.image;
  const resolveImage = async (tag: string) => (takesLocalImages ? tag : registry?.resolve(tag));
  return {
    repositoryUri: () => registry?.repositoryUri ?? refuseWithoutRegistry(),
    resolveImage,
    forgetImage: async (digest: string) => registry?.forget(digest),
    seed: { ...(seed && { zip: seed.zip }), ...(image && registry && { image: () => image(registry) }) },
  };
}

function refuseWithoutRegistry(): never {
  const message =
    'No registry here: install docker-registry (CNCF Distribution), or start Docker with the image registry:2';
  throw new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message });
}
