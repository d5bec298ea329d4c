import type { Outcome } from './outcome.ts';

export type UrlResponse = {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
};

/** What the function's result becomes at its URL. Any failure of the function is 502 without details. */
export function toUrlResponse(outcome: Outcome): UrlResponse {
  if (!outcome.ok) return failed();
  const parsed = parse(outcome.result);
  if (!parsed) return failed();
  return isEnvelope(parsed.result) ? fromEnvelope(parsed.result) : toJsonResponse(parsed.result);
}

/** Undefined for what is no JSON: a runtime may post anything. */
function parse(text: string): { result: unknown } | undefined {
  try {
    return { result: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

type Envelope = {
  statusCode: unknown;
  headers?: Record<string, unknown> | null;
  cookies?: unknown[];
  body?: unknown;
  isBase64Encoded?: boolean;
};

const isEnvelope = (result: unknown): result is Envelope =>
  typeof result === 'object' && result !== null && 'statusCode' in result;

function fromEnvelope({ statusCode, headers, cookies, body, isBase64Encoded }: Envelope): UrlResponse {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return failed();
  const entries = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  if (!entries.every(isHeader)) return failed();
  const text =
    typeof body === 'string' || body === undefined || body === null ? (body ?? '') : JSON.stringify(body);
  return {
    status,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(entries) },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

const isHeader = ([name, value]: readonly [string, string]): boolean =>
  /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);

/** A result without `statusCode` is the body of a 200; a string comes without its quotes. */
function toJsonResponse(result: unknown): UrlResponse {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(text),
  };
}

const failed = (): UrlResponse => ({
  status: 502,
  headers: { 'content-type': 'text/plain' },
  cookies: [],
  body: Buffer.from('Internal Server Error'),
});
