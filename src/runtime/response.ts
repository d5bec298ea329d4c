import type { Config } from './config.ts';
import type { PluginError } from './errors.ts';
import { isObject, type JsonObject } from './event.ts';
import { toTraceparent } from './getTraceId.ts';

/** What a function URL turns into the HTTP response. `body` is always JSON text. */
export type LambdaResponse = { statusCode: number; headers: Record<string, string>; body: string };

export function successResponse(body: unknown, traceId: string): LambdaResponse {
  return toResponse(200, body ?? {}, traceId);
}

/** BioT's error body (`ErrorResponse` in its published API): what an API's caller sees when an interceptor refuses. */
export function errorResponseCreator(failure: PluginError, config: Config, traceId: string): LambdaResponse {
  const { code, message, status, details } = failure;
  const { appName: serviceName, environment } = config;
  const body = { code, message, serviceName, traceId, environment, details: toPlainDetails(details) };
  return toResponse(status, body, traceId);
}

// The author's own; this is the last step, so what is no JSON object is left out and nothing is thrown.
function toPlainDetails(details: unknown): JsonObject {
  try {
    const plain: unknown = JSON.parse(JSON.stringify(details));
    return isObject(plain) ? plain : {};
  } catch {
    return {};
  }
}

function toResponse(statusCode: number, body: unknown, traceId: string): LambdaResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', traceparent: toTraceparent(traceId) },
    body: JSON.stringify(body),
  };
}
