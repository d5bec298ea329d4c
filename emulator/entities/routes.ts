import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { Entity, State } from '../state.ts';
import { type ApiCall, type ApiResult, matchApi, runApi } from './entityApi.ts';
import { entityTypes } from './entityTypes.ts';

type Claims = { sub?: string; serviceUserId?: string; tenantId?: string; tokenType: string };

type Request = {
  path: string;
  queryParameters: Record<string, string[]>;
  headers: Record<string, string>;
  body: unknown;
  pathVariables: { name: string; value: string }[];
};

/** A call as it comes: its own span, the span and the plugin that it comes from. */
type Arrival = {
  traceId: string;
  spanId?: string;
  apiId: string;
  /** `METHOD /path`. */
  call: string;
  callerSpanId?: string;
  callerPlugin?: string;
};

type Call = {
  origin: Arrival;
  apiId: string;
  entityName: string;
  method: string;
  initiatorData: { subjectId?: string; ownerOrganizationId?: string; tokenType: string };
};

/** `entityCount` is how many entities there must be; absent for a search. */
type AtResponse<Content> = { request: Request; status: number; content: Content; entityCount?: number };

/** What the entity APIs need of the rest. Interceptors throw an error with an `answer` when one refuses. */
export type EntitiesOptions = {
  state: Pick<State, 'entitiesOf' | 'serviceUsers'>;
  clock: Clock;
  verifyToken(authorization: string | undefined): Claims;
  /** Every call begins with it. @throws BiotError when a plugin goes on calling itself */
  admit(arrival: Arrival): Arrival;
  interceptRequest(call: Call, request: Request): Promise<Request>;
  adaptEntities(call: Call, at: AtResponse<Entity[]>): Promise<AtResponse<Entity[]>>;
  interceptResponse(call: Call, at: AtResponse<unknown>): Promise<AtResponse<unknown>>;
  notify(
    change: NonNullable<ApiResult['change']> & {
      origin: Arrival;
      entityTypeName: string;
      startedAt: Date;
      initiatorId?: string;
      sourceIpAddress: string;
    },
  ): void;
};

/** The entity APIs with their hooks around: PRE_REQUEST → API → ADAPT_ENTITY → POST_REQUEST, then notifications. */
export const entities: FastifyPluginAsync<EntitiesOptions> = async (app, options) => {
  app.get('/settings/v1/templates/minimized', async (request) => {
    options.verifyToken(request.headers.authorization);
    const data = entityTypes.map(({ name, template }) => ({ ...template, entityTypeName: name }));
    return { data, metadata: { page: { totalResults: data.length, page: 0, limit: data.length } } };
  });
  app.all('/organization/*', (request, reply) => answer(options, request, reply));
  app.all('/device/*', (request, reply) => answer(options, request, reply));
};

async function answer(
  options: EntitiesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const claims = options.verifyToken(request.headers.authorization);
  const callerPlugin = pluginOf(options, claims);
  const isIntercepted = !callerPlugin || request.headers['allow-interception'] !== undefined;
  const startedAt = options.clock.now();
  const received = toApiCall(request);
  const { type, apiId, pathVariables } = matchApi(received);
  const subjectId = claims.sub ?? claims.serviceUserId;
  const origin = options.admit({
    traceId: request.traceId,
    apiId,
    call: `${received.method} ${received.path}`,
    callerSpanId: String(request.headers.traceparent).split('-')[2] ?? '',
    ...(callerPlugin && { callerPlugin }),
  });
  const call: Call = {
    origin,
    apiId,
    entityName: type.name,
    method: received.method,
    initiatorData: {
      ...(subjectId && { subjectId }),
      ...(claims.tenantId && { ownerOrganizationId: claims.tenantId }),
      tokenType: claims.tokenType,
    },
  };
  const { query: queryParameters, path, headers, body } = received;
  const original = { path, queryParameters, headers, body, pathVariables };

  const asked = isIntercepted ? await options.interceptRequest(call, original) : original;
  const { result, entityName } = run(options, asked, received);
  // Also when a hook refuses from here on: what is written is written.
  reply.raw.once('close', () => {
    if (!result.change) return;
    const sourceIpAddress = `${request.ip}:${request.socket.remotePort}`;
    const caller = { ...(subjectId && { initiatorId: subjectId }), sourceIpAddress };
    options.notify({ ...result.change, ...caller, origin, entityTypeName: entityName, startedAt });
  });
  const { status, content } = isIntercepted
    ? await interceptAnswer(options, call, { request: asked, result })
    : toAnswer(result);

  reply.code(status);
  return content === undefined ? reply.send() : reply.send(content);
}

/** Whose token it is: calls made with a plugin's trigger no interceptors, unless it asks for them. */
const pluginOf = ({ state }: EntitiesOptions, { serviceUserId }: Claims): string | undefined =>
  serviceUserId === undefined ? undefined : state.serviceUsers.get(serviceUserId)?.pluginName;

function run(
  options: EntitiesOptions,
  asked: Request,
  received: ApiCall,
): { result: ApiResult; entityName: string } {
  const service = (path: string) => path.split('/')[1];
  if (service(asked.path) !== service(received.path)) {
    const message = `An interceptor moved the call to ${asked.path}, which is another service`;
    throw new BiotError({ status: 400, code: 'BAD_REQUEST', message });
  }
  const call = { ...received, path: asked.path, query: asked.queryParameters, body: asked.body };
  return { result: runApi(options.state, call, options.clock.now()), entityName: matchApi(call).type.name };
}

async function interceptAnswer(
  options: EntitiesOptions,
  call: Call,
  { request, result }: { request: Request; result: ApiResult },
): Promise<{ status: number; content: unknown }> {
  const adapted = await options.adaptEntities(call, {
    request,
    status: result.status,
    content: result.entities,
    ...(!isSearch(result) && { entityCount: result.entities.length }),
  });
  const body = putBack(result, adapted.content);
  return options.interceptResponse(call, { request, status: adapted.status, content: body });
}

const toAnswer = ({ status, body }: ApiResult) => ({ status, content: body });

/** The adapted entities in the place of the API's own: the `data` of a search, or the body itself. */
function putBack(result: ApiResult, adapted: Entity[]): unknown {
  return isSearch(result) ? { ...(result.body as object), data: adapted } : adapted[0];
}

const isSearch = ({ body, entities }: ApiResult): boolean => body !== undefined && entities[0] !== body;

function toApiCall(request: FastifyRequest): ApiCall {
  const query = Object.entries(request.query as Record<string, string | string[]>);
  const headers = Object.entries(request.headers);
  return {
    method: request.method,
    path: request.url.split('?')[0] ?? '/',
    query: Object.fromEntries(query.map(([name, value]) => [name, [value].flat()])),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, [value ?? ''].flat().join(',')])),
    body: request.body ?? null,
  };
}
