import { HOOKS, type HookType, type ReplayOptions, sign } from './replay.ts';

export type Tokens = Pick<ReplayOptions, 'hookToken' | 'userToken'>;

export type Fields = Record<string, unknown>;

/** An event's hook, and its body where it has one that is a JSON object. */
export type ReadEvent = { hook?: HookType; body?: Fields };

/** What a function URL's event is of. Neither for anything else, which Lambda passes on as it is. */
export function readEvent(event: unknown): ReadEvent {
  if (!isObject(event) || !isObject(event.headers)) return {};
  const named = headerOf(event.headers, 'hooktype')?.toUpperCase();
  const hook = HOOKS.find((name) => name === named);
  const body = parse(event);
  return { ...(hook && { hook }), ...(body && { body }) };
}

/** The event with tokens of now, where BioT puts them: those in it have run out, or were taken out. */
export function withFreshTokens(tokens: Tokens, event: unknown): unknown {
  if (!isObject(event) || !isObject(event.headers)) return event;
  const { hook, body } = readEvent(event);
  if (!hook) return { ...event, headers: authorize(event.headers, tokens.userToken()) };
  const signed = body && sign(tokens, hook, body);
  const token = hook === 'NOTIFICATION' ? undefined : tokens.hookToken('INTERCEPTOR');
  return {
    ...event,
    headers: token ? authorize(event.headers, token) : event.headers,
    ...(signed && { body: signed.body, isBase64Encoded: false }),
  };
}

function authorize(headers: Fields, token: string): Fields {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  return { ...Object.fromEntries(others), authorization: `Bearer ${token}` };
}

function headerOf(headers: Fields, name: string): string | undefined {
  const value = Object.entries(headers).find(([header]) => header.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function parse({ body, isBase64Encoded }: Fields): Fields | undefined {
  if (typeof body !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(
      isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body,
    );
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
