import { PluginError } from './errors.ts';

/** What Lambda hands to the handler: a function-URL event (payload 2.0), an EventBridge event, or anything else. */
export type LambdaEvent = unknown;

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a header whatever the case of its name; undefined when absent, null or not text. */
export function readHeader(event: LambdaEvent, name: string): string | undefined {
  const headers = isObject(event) && isObject(event.headers) ? event.headers : {};
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

/** The token of `authorization: Bearer …`; undefined when there is none. */
export function readBearerToken(event: LambdaEvent): string | undefined {
  return /^Bearer +(\S+)$/i.exec(readHeader(event, 'authorization')?.trim() ?? '')?.[1];
}

/**
 * The body, decoded and parsed; undefined when the event has none.
 * @throws PluginError INVALID_BODY. The parser's own message is dropped: it quotes the text, and the text holds tokens.
 */
export function readBody(event: LambdaEvent): unknown {
  const body = isObject(event) ? event.body : undefined;
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body !== 'string') return body;

  const text =
    isObject(event) && event.isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
  try {
    return JSON.parse(text);
  } catch {
    // biome-ignore lint/style/useErrorCause: the cause quotes the body, which must not reach a log
    throw new PluginError('INVALID_BODY');
  }
}

/**
 * The body as an object.
 * @throws PluginError INVALID_BODY, or NO_DATA when there is no body or it is not an object.
 */
export function readBodyObject(event: LambdaEvent): JsonObject {
  const body = readBody(event);
  if (!isObject(body)) throw new PluginError('NO_DATA');
  return body;
}

/**
 * Is this the account's own scheduler calling? An HTTP caller cannot pretend to be it: every event that comes
 * through a function URL carries `requestContext`, which only Lambda writes.
 */
export function isScheduledEvent(event: LambdaEvent): event is JsonObject {
  if (!isObject(event) || 'requestContext' in event || 'rawPath' in event) return false;
  if (event.source === 'aws.events' || event.source === 'aws.scheduler') return true;
  return event.scheduled === true || (isObject(event.body) && event.body.scheduled === true);
}
