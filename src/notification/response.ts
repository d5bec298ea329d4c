import { type LambdaResponse, successResponse } from '../runtime/response.ts';
import type { NotificationData } from './extractDataFromEvent.ts';

/** BioT does not look at a notification's answer. */
export type NotificationResult = undefined;

export function response(
  _result: NotificationResult,
  _data: NotificationData,
  traceId: string,
): LambdaResponse {
  return successResponse({}, traceId);
}
