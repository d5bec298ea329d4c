/** Lambda's limit of what a handler may return, as JSON. */
const MAX_RESULT_BYTES = 6_291_556;

export type HttpAnswer = { status: number; headers: Record<string, string | string[]>; body: Buffer };

type Envelope = {
  statusCode: unknown;
  headers?: Record<string, unknown> | null;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
};

const JSON_TYPE = { 'content-type': 'application/json' };

/** What a handler's result becomes at a function URL: with `statusCode` the answer itself, else the body of a 200. */
export function toAnswer(result: unknown): HttpAnswer {
  const json = toJson(result);
  if (json === undefined || Buffer.byteLength(json) > MAX_RESULT_BYTES) return failedAnswer();
  const value: unknown = JSON.parse(json);
  if (isEnvelope(value)) return fromEnvelope(value);
  const text = typeof value === 'string' ? value : json;
  return { status: 200, headers: JSON_TYPE, body: Buffer.from(text) };
}

/** What the caller sees of a handler that threw: nothing, as at a function URL. */
export const failedAnswer = (): HttpAnswer => ({
  status: 502,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('Internal Server Error'),
});

/** Undefined for what JSON cannot hold. */
function toJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result ?? null);
  } catch {
    return undefined;
  }
}

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && 'statusCode' in value;

function fromEnvelope({ statusCode, headers, cookies, body, isBase64Encoded }: Envelope): HttpAnswer {
  const status = Number(statusCode);
  const sent = toHeaders(headers ?? {});
  const set = toCookies(cookies);
  if (!Number.isInteger(status) || status < 200 || status > 599 || !sent || !set) return failedAnswer();
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '').replace(/^""$/, '');
  return {
    status,
    headers: { ...JSON_TYPE, ...sent, ...(set.length > 0 && { 'set-cookie': set }) },
    body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

const OF_THE_CONNECTION = new Set([
  ...['connection', 'content-length', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

/** What may stand in a header. */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Undefined when HTTP cannot carry one of them. */
function toCookies(cookies: unknown): string[] | undefined {
  const texts = Array.isArray(cookies) ? cookies.map(String) : [];
  return texts.every((text) => SENDABLE.test(text)) ? texts : undefined;
}

/** Undefined when HTTP cannot carry one of them. */
function toHeaders(headers: Record<string, unknown>): Record<string, string> | undefined {
  const entries = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !OF_THE_CONNECTION.has(name));
  const isSendable = entries.every(
    ([name, value]) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && SENDABLE.test(value),
  );
  return isSendable ? Object.fromEntries(entries) : undefined;
}
