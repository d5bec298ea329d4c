import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Entity } from '../state.ts';
import { callerSpanIdOf, startApiSpan } from './apiSpan.ts';
import { type Caller, toCaller } from './caller.ts';
import type { EntitiesOptions, HookedCall, HookedRequest } from './entitiesOptions.ts';
import { entityTypeOf } from './entityTypes.ts';
import { type ApiMatch, matchApi } from './matchApi.ts';
import type { ApiResult } from './operation.ts';

/** Receive, PRE_REQUEST, the API, ADAPT_ENTITY, POST_REQUEST, answer; then tell of what changed. */
export async function answerCall(
  options: EntitiesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const startedAt = options.clock.now();
  const caller = toCaller(options, request);
  const span = startApiSpan(options.traces, request, toFacts(caller));
  const received = toHookedRequest(request);
  const match = matchApi({ method: request.method, path: received.path });
  const call = admit(options, request, { caller, match, spanId: span.id });
  const original = { ...received, pathVariables: match.pathVariables };

  const asked = caller.isIntercepted ? await options.interceptRequest(call, original) : original;
  const result = run(options, { method: request.method, asked, caller });
  announceLater(options, reply, { result, call, startedAt, caller });
  const { status, content } = caller.isIntercepted
    ? await interceptAnswer(options, call, { request: asked, result })
    : { status: result.status, content: result.body };

  reply.code(status);
  return content === undefined ? reply.send() : reply.send(content);
}

const toFacts = ({ name, plugin }: Caller) => ({ caller: name, ...(plugin && { plugin }) });

type Admission = { caller: Caller; match: ApiMatch; spanId: string };

/** The call as its hooks know it. @throws BiotError when a plugin goes on calling itself */
function admit(
  options: EntitiesOptions,
  request: FastifyRequest,
  { caller, match, spanId }: Admission,
): HookedCall {
  const { traceId, method } = request;
  const { apiId, api } = match;
  request.apiId = apiId;
  const { plugin: callerPlugin, initiatorData } = caller;
  const origin = options.admit({
    traceId,
    spanId,
    apiId,
    call: `${method} ${pathOf(request)}`,
    callerSpanId: callerSpanIdOf(request),
    ...(callerPlugin && { callerPlugin }),
  });
  return { origin, apiId, entityName: api.entityTypeName, method, initiatorData };
}

type Run = { method: string; asked: HookedRequest; caller: Caller };

/** The API that was asked for in the end. @throws BiotError as BioT would answer */
function run({ state, clock }: EntitiesOptions, { method, asked, caller }: Run): ApiResult {
  const { api, pathVariables } = matchApi({ method, path: asked.path });
  return api.run({
    state,
    type: entityTypeOf(api.entityTypeName),
    variables: Object.fromEntries(pathVariables.map(({ name, value }) => [name, value])),
    query: asked.queryParameters,
    body: asked.body,
    ...(caller.entityId && { callerId: caller.entityId }),
    now: clock.now(),
  });
}

type Announced = { result: ApiResult; call: HookedCall; startedAt: Date; caller: Caller };

/** Also when a hook refuses from here on: what is written is written. Nobody waits for it. */
function announceLater(
  { notify }: EntitiesOptions,
  reply: FastifyReply,
  { result, call: { origin }, startedAt, caller }: Announced,
): void {
  if (result.changes.length === 0) return;
  const { id: initiatorId, sourceIpAddress } = caller;
  const announce = () => {
    for (const change of result.changes)
      notify({ ...change, origin, startedAt, sourceIpAddress, ...(initiatorId && { initiatorId }) });
  };
  // A caller may leave while a hook is asked.
  if (reply.raw.closed) announce();
  else reply.raw.once('close', announce);
}

async function interceptAnswer(
  options: EntitiesOptions,
  call: HookedCall,
  { request, result }: { request: HookedRequest; result: ApiResult },
): Promise<{ status: number; content: unknown }> {
  const adapted = await options.adaptEntities(call, {
    request,
    status: result.status,
    content: result.entities,
    ...(result.holds !== 'search' && { entityCount: result.entities.length }),
  });
  const content = putBack(result, adapted.content);
  return options.interceptResponse(call, { request, status: adapted.status, content });
}

/** The adapted entities in the place of the API's own. */
function putBack({ body, holds }: ApiResult, adapted: Entity[]): unknown {
  if (holds === 'search') return { ...(body as object), data: adapted };
  return holds === 'entity' ? adapted[0] : body;
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? '/';

function toHookedRequest(request: FastifyRequest): HookedRequest {
  const query = Object.entries(request.query as Record<string, string | string[]>);
  const headers = Object.entries(request.headers);
  return {
    path: pathOf(request),
    queryParameters: Object.fromEntries(query.map(([name, value]) => [name, [value].flat()])),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, [value ?? ''].flat().join(',')])),
    body: request.body ?? null,
    pathVariables: [],
  };
}
