import { BiotError, Blocked } from '../biotError.ts';
import type { Entity, InterceptionType, State, Subscription } from '../state.ts';
import type { Traces } from '../traces.ts';
import { deliver, type HookAnswer, type HookType } from './deliver.ts';
import { parseHttpStatusCode, toHttpStatusCode } from './httpStatusCode.ts';

/** What the events of one intercepted API call have in common. */
export type InterceptedCall = {
  traceId: string;
  apiId: string;
  entityName: string;
  method: string;
  initiatorData: { subjectId?: string; ownerOrganizationId?: string; tokenType: string };
};

export type InterceptedRequest = {
  path: string;
  queryParameters: Record<string, string[]>;
  headers: Record<string, string>;
  body: unknown;
  pathVariables: { name: string; value: string }[];
};

/** The API's answer on its way back; `content` is its body, or its entities. */
export type AtResponse<Content> = { request: InterceptedRequest; status: number; content: Content };

/** Each asks its interceptors one after another in their order. All throw Blocked when one refuses. */
export type Interceptors = {
  interceptRequest(call: InterceptedCall, request: InterceptedRequest): Promise<InterceptedRequest>;
  adaptEntities(call: InterceptedCall, at: AtResponse<Entity[]>): Promise<AtResponse<Entity[]>>;
  interceptResponse(call: InterceptedCall, at: AtResponse<unknown>): Promise<AtResponse<unknown>>;
};

export type InterceptorsOptions = {
  state: Pick<State, 'subscriptions'>;
  traces: Traces;
  hookToken(): string;
};

type Interception = Subscription & { kind: 'interception' };

const HOOK_TYPES: Record<InterceptionType, HookType> = {
  PRE_REQUEST: 'INTERCEPTOR_PRE',
  ADAPT_ENTITY: 'INTERCEPTOR_POST_ENTITY',
  POST_REQUEST: 'INTERCEPTOR_POST',
};

export function createInterceptors(options: InterceptorsOptions): Interceptors {
  return {
    interceptRequest: (call, request) => passRequest(options, call, request),
    adaptEntities: (call, at) =>
      passResponse(options, { ...call, type: 'ADAPT_ENTITY', field: 'entities' }, at),
    interceptResponse: (call, at) =>
      passResponse(options, { ...call, type: 'POST_REQUEST', field: 'body' }, at),
  };
}

async function passRequest(
  options: InterceptorsOptions,
  call: InterceptedCall,
  request: InterceptedRequest,
): Promise<InterceptedRequest> {
  let current = request;
  for (const hook of findInterceptors(options, 'PRE_REQUEST', call)) {
    const answer = await ask(options, hook, { call, event: { request: current } });
    current = { ...current, ...pickChanges(toObject(answer.request)) };
  }
  return current;
}

async function passResponse<Content>(
  options: InterceptorsOptions,
  { type, field, ...call }: InterceptedCall & { type: InterceptionType; field: 'body' | 'entities' },
  { request, status, content }: AtResponse<Content>,
): Promise<AtResponse<Content>> {
  let current = { request, status, content };
  for (const hook of findInterceptors(options, type, call)) {
    const response = { [field]: current.content, httpStatusCode: toHttpStatusCode(current.status) };
    const answer = await ask(options, hook, { call, event: { request, response } });
    const changed = toObject(answer.response);
    current = {
      request,
      status: parseHttpStatusCode(changed.httpStatusCode) ?? current.status,
      content: changed[field] === undefined ? current.content : (changed[field] as Content),
    };
  }
  return current;
}

function findInterceptors(
  { state }: InterceptorsOptions,
  type: InterceptionType,
  { apiId, entityName }: InterceptedCall,
): Interception[] {
  return [...state.subscriptions.values()]
    .filter((subscription) => subscription.kind === 'interception')
    .filter(
      (hook) =>
        hook.type === type &&
        (type === 'ADAPT_ENTITY' ? hook.entityName === entityName : hook.apiId === apiId),
    )
    .sort((a, b) => a.executionOrder - b.executionOrder);
}

async function ask(
  { hookToken, traces }: InterceptorsOptions,
  { endpoint, type, pluginName }: Interception,
  { call, event }: { call: InterceptedCall; event: object },
): Promise<Record<string, unknown>> {
  const { traceId, ...shared } = call;
  const delivery = {
    endpoint,
    hookType: HOOK_TYPES[type],
    traceId,
    body: { ...shared, ...event },
    token: hookToken(),
    receiver: pluginName ?? endpoint,
  };
  const answer = await deliver(delivery, traces);
  if (answer.status < 200 || answer.status > 299) throw new Blocked(answer);
  return parseAnswer(answer);
}

function parseAnswer({ body }: HookAnswer): Record<string, unknown> {
  try {
    return toObject(JSON.parse(body.toString()));
  } catch (cause) {
    const message = 'An interceptor answered without JSON';
    throw new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message }, { cause });
  }
}

const toObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The four fields BioT takes from a PRE answer. Whether an absent one is kept or cleared is not published: kept here. */
function pickChanges(changed: Record<string, unknown>): Partial<InterceptedRequest> {
  const fields = ['path', 'queryParameters', 'headers', 'body'].filter((name) => changed[name] !== undefined);
  return Object.fromEntries(fields.map((name) => [name, changed[name]]));
}
