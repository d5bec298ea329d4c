import { type LambdaResponse, successResponse } from '../runtime/response.ts';
import type { NonspecificData } from './extractDataFromEvent.ts';

/** The body of the answer to a direct call. Nobody reads the answer of a scheduled run. */
export type NonspecificResult = Record<string, unknown>;

export function response(result: NonspecificResult, _data: NonspecificData, traceId: string): LambdaResponse {
  return successResponse(result, traceId);
}
