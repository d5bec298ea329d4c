import { BiotError, Blocked } from '../biotError.ts';
import type { Entity, InterceptionType, Subscription } from '../state.ts';
import { type DeliverOptions, deliver } from './deliver.ts';
import type { HookType } from './hookHeaders.ts';
import type { HookOptions } from './hookOptions.ts';
import { toHttpStatusCode } from './httpStatusCode.ts';
import type { AtResponse, InterceptedCall, InterceptedRequest } from './interception.ts';
import type { HookAnswer } from './poster.ts';
import { MalformedAnswer, parseAnswer, toChangedRequest, toChangedResponse } from './readAnswer.ts';

/** Each asks its interceptors one after another in their order. All throw Blocked when one refuses. */
export type Interceptors = {
  interceptRequest(call: InterceptedCall, request: InterceptedRequest): Promise<InterceptedRequest>;
  adaptEntities(call: InterceptedCall, at: AtResponse<Entity[]>): Promise<AtResponse<Entity[]>>;
  interceptResponse(call: InterceptedCall, at: AtResponse<unknown>): Promise<AtResponse<unknown>>;
};

export type InterceptorsOptions = DeliverOptions & HookOptions;

type Interception = Subscription & { kind: 'interception' };

const HOOK_TYPES: Record<InterceptionType, HookType> = {
  PRE_REQUEST: 'INTERCEPTOR_PRE',
  ADAPT_ENTITY: 'INTERCEPTOR_POST_ENTITY',
  POST_REQUEST: 'INTERCEPTOR_POST',
};

export function createInterceptors(options: InterceptorsOptions): Interceptors {
  return {
    async interceptRequest(call, request) {
      let current = request;
      for (const hook of findInterceptors(options, { type: 'PRE_REQUEST', call, request })) {
        const read = (answer: Record<string, unknown>) => toChangedRequest(answer, current);
        current = await ask(options, hook, { call, event: { request: current }, read });
      }
      return current;
    },
    adaptEntities: (call, at) => passResponse(options, { call, type: 'ADAPT_ENTITY' }, at),
    interceptResponse: (call, at) => passResponse(options, { call, type: 'POST_REQUEST' }, at),
  };
}

async function passResponse<Content>(
  options: InterceptorsOptions,
  { call, type }: { call: InterceptedCall; type: 'ADAPT_ENTITY' | 'POST_REQUEST' },
  at: AtResponse<Content>,
): Promise<AtResponse<Content>> {
  const { request } = at;
  let current = at;
  for (const hook of findInterceptors(options, { type, call, request })) {
    const field = type === 'ADAPT_ENTITY' ? 'entities' : 'body';
    const response = { [field]: current.content ?? null, httpStatusCode: toHttpStatusCode(current.status) };
    const read = (answer: Record<string, unknown>) => toChangedResponse(answer, field, current);
    current = await ask(options, hook, { call, event: { request, response }, read });
  }
  return current;
}

type Place = { type: InterceptionType; call: InterceptedCall; request: InterceptedRequest };

function findInterceptors({ state }: InterceptorsOptions, place: Place): Interception[] {
  return [...state.subscriptions.values()]
    .filter((subscription) => subscription.kind === 'interception')
    .filter((hook) => isFor(hook, place))
    .sort((a, b) => a.executionOrder - b.executionOrder);
}

function isFor(hook: Interception, { type, call, request }: Place): boolean {
  if (hook.type !== type) return false;
  const fits = type === 'ADAPT_ENTITY' ? hook.entityName === call.entityName : hook.apiId === call.apiId;
  return fits && fitsPath(hook.pathFilters ?? {}, request.pathVariables);
}

/** Does every filter find its value in the path? One that the API has no variable for finds none. */
function fitsPath(filters: Record<string, string>, variables: InterceptedRequest['pathVariables']): boolean {
  return Object.entries(filters).every(([name, value]) =>
    variables.some((variable) => variable.name === name && variable.value === value),
  );
}

type Question<Answer> = {
  call: InterceptedCall;
  event: object;
  /** @throws MalformedAnswer */
  read(answer: Record<string, unknown>): Answer;
};

async function ask<Answer>(
  options: InterceptorsOptions,
  hook: Interception,
  { call, event, read }: Question<Answer>,
): Promise<Answer> {
  const { origin, ...shared } = call;
  const receiver = options.receiverOf(hook);
  const hookType = HOOK_TYPES[hook.type];
  const isDeployed = hook.pluginName !== undefined;
  try {
    options.chains.checkNesting(origin, { receiver, isDeployed });
    const body = { ...toEventHead(shared), ...event };
    const delivery = { endpoint: hook.endpoint, hookType, body, receiver, isDeployed, origin };
    const answer = await deliver(options, { ...delivery, token: options.hookToken() });
    return read(parseAnswer(accept(answer).body));
  } catch (error) {
    const failure = error instanceof MalformedAnswer ? toFailure(error, { receiver, hookType }) : error;
    if (failure instanceof BiotError)
      options.warn({ receiver, traceId: origin.traceId, text: `${call.apiId}: ${failure.message}` });
    throw failure;
  }
}

/** @throws Blocked when it refuses, MalformedAnswer for a status that nobody could be answered with */
function accept(answer: HookAnswer): HookAnswer {
  const { status } = answer;
  if (status > 599) throw new MalformedAnswer(`with the status ${status}, which HTTP does not have`);
  if (status < 200 || status > 299) throw new Blocked(answer);
  return answer;
}

const toEventHead = ({ initiatorData, method, entityName, apiId }: Omit<InterceptedCall, 'origin'>) => ({
  ...{ initiatorData, method, entityName, apiId },
});

/** What BioT does with an answer that its schema does not allow is not published: assumed to fail the call. */
function toFailure(cause: MalformedAnswer, hook: { receiver: string; hookType: HookType }): BiotError {
  const message = `${hook.receiver} answered its ${hook.hookType} event ${cause.message}`;
  return new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message }, { cause });
}
