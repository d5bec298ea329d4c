import {
  isObject,
  isScheduledEvent,
  type JsonObject,
  type LambdaEvent,
  readBearerToken,
  readBody,
  readHeader,
} from '../runtime/event.ts';
import type { Extracted } from '../runtime/hook.ts';

/** A run by the plugin's `cronSchedule`; `time` is ISO 8601, when EventBridge has set it. */
export type ScheduledRun = { kind: 'scheduled'; time?: string };

/** A direct call of the plugin's URL by somebody with a BioT token. `body` is parsed when it is JSON, text otherwise. */
export type DirectCall = {
  kind: 'http';
  method: string;
  path: string;
  query: Record<string, string>;
  body?: unknown;
};

export type NonspecificData = ScheduledRun | DirectCall;

export function extractDataFromEvent(event: LambdaEvent): Extracted<NonspecificData> {
  if (isScheduledEvent(event)) {
    const { time } = event;
    return { data: { kind: 'scheduled', ...(typeof time === 'string' && { time }) }, isFromAccount: true };
  }

  const token = readBearerToken(event);
  return { data: toDirectCall(isObject(event) ? event : {}), ...(token && { token }) };
}

function toDirectCall(event: JsonObject): DirectCall {
  const context = isObject(event.requestContext) ? event.requestContext : {};
  const http = isObject(context.http) ? context.http : {};
  const body = isJson(event) ? readBody(event) : readText(event);
  return {
    kind: 'http',
    method: typeof http.method === 'string' ? http.method : 'POST',
    path: typeof event.rawPath === 'string' ? event.rawPath : '/',
    query: isObject(event.queryStringParameters)
      ? (event.queryStringParameters as Record<string, string>)
      : {},
    ...(body !== undefined && { body }),
  };
}

const isJson = (event: JsonObject): boolean => /json/i.test(readHeader(event, 'content-type') ?? 'json');

function readText({ body, isBase64Encoded }: JsonObject): string | undefined {
  if (typeof body !== 'string' || body === '') return undefined;
  return isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
}
