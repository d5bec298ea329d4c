import type { HookType } from './hookHeaders.ts';
import type { InterceptedRequest } from './interception.ts';
import { MalformedAnswer, parseAnswer, toChangedRequest, toChangedResponse } from './readAnswer.ts';

type Fields = Record<string, unknown>;

/**
 * What BioT would not take of an interceptor's answer to an event that was sent to it, to go on after "the plugin
 * answered". Undefined when it takes all, or nobody can say.
 */
export function findFault(hook: HookType, sent: Fields, body: Buffer): string | undefined {
  const request = sent.request as InterceptedRequest | undefined;
  if (typeof request?.path !== 'string') return undefined;
  try {
    const answer = parseAnswer(body);
    if (hook === 'INTERCEPTOR_PRE') toChangedRequest(answer, request);
    else
      toChangedResponse(answer, hook === 'INTERCEPTOR_POST' ? 'body' : 'entities', toResponse(sent, request));
    return undefined;
  } catch (error) {
    if (error instanceof MalformedAnswer) return error.message;
    throw error;
  }
}

function toResponse({ response, method, apiId }: Fields, request: InterceptedRequest) {
  const { entities } = (response ?? {}) as { entities?: unknown };
  const isSearch = method === 'GET' && !String(apiId).endsWith('}');
  const isCounted = Array.isArray(entities) && !isSearch;
  return { request, status: 200, content: undefined, ...(isCounted && { entityCount: entities.length }) };
}
