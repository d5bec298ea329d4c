import { type LambdaResponse, successResponse } from '../runtime/response.ts';
import type { PostEntityData } from './extractDataFromEvent.ts';

/** What to change; `{ response: {} }` lets all through as it is. Keep the entities' number and order. */
export type PostEntityResult = { response: Partial<PostEntityData['response']> };

export function response(result: PostEntityResult, data: PostEntityData, traceId: string): LambdaResponse {
  const { entities, httpStatusCode } = { ...data.response, ...result.response };
  return successResponse({ response: { entities, httpStatusCode } }, traceId);
}
