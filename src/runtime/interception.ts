import { PluginError } from './errors.ts';
import { isObject, type JsonObject, type LambdaEvent, readBearerToken, readBodyObject } from './event.ts';
import type { Extracted } from './hook.ts';

/** Who made the intercepted API call. BioT may leave out any of it. */
export type Initiator = {
  subjectId?: string;
  ownerOrganizationId?: string;
  tokenType?: 'USER' | 'SERVICE_INTERNAL' | 'SERVICE_EXTERNAL' | 'DEVICE';
};

/** The API request that was intercepted. `headers` hold the caller's own token: never log them. */
export type InterceptedRequest = {
  path: string;
  body?: unknown;
  queryParameters?: Record<string, string[]>;
  headers?: Record<string, string>;
  pathVariables?: { name: string; value: string }[];
};

/** What all three interceptors receive. `apiId` is like `POST/organization/v1/users/patients`. */
export type Interception = {
  apiId: string;
  entityName: string;
  method: string;
  initiatorData?: Initiator;
  request: InterceptedRequest;
};

/** The part of an interceptor's event that tells what the API answered. */
export type ApiResponse = {
  /** BioT's own text for it, like `200 OK`; it goes back as it came. */
  httpStatusCode: string;
};

/**
 * What is the same in the events of all interceptors: the intercepted call, and BioT's token in the header.
 * @throws PluginError INVALID_BODY, or NO_DATA when the intercepted request is not there
 */
export function extractInterception(event: LambdaEvent): Extracted<Interception & { response?: JsonObject }> {
  const { request, response, ...call } = readBodyObject(event);
  if (!isObject(request) || typeof request.path !== 'string') throw new PluginError('NO_DATA');

  const token = readBearerToken(event);
  const data = { ...(call as Omit<Interception, 'request'>), request: request as InterceptedRequest };
  return { data: { ...data, ...(isObject(response) && { response }) }, ...(token && { token }) };
}
