import type { InterceptedRequest } from '../runtime/interception.ts';
import { type LambdaResponse, successResponse } from '../runtime/response.ts';
import type { PreData } from './extractDataFromEvent.ts';

/** What to change of the request; `{ request: {} }` lets it through as it is. */
export type PreResult = { request: Partial<Omit<InterceptedRequest, 'pathVariables'>> };

export function response(result: PreResult, data: PreData, traceId: string): LambdaResponse {
  const { path, queryParameters, headers, body } = { ...data.request, ...result.request };
  return successResponse({ request: { path, queryParameters, headers, body } }, traceId);
}
