import { type LambdaResponse, successResponse } from '../runtime/response.ts';
import type { PostData } from './extractDataFromEvent.ts';

/** What to change of the answer; `{ response: {} }` lets it through as it is. */
export type PostResult = { response: Partial<PostData['response']> };

export function response(result: PostResult, data: PostData, traceId: string): LambdaResponse {
  const { body, httpStatusCode } = { ...data.response, ...result.response };
  return successResponse({ response: { body, httpStatusCode } }, traceId);
}
