import axios, { type AxiosError } from 'axios';
import { isCode, PluginError } from './errors.ts';
import { toTraceparent } from './getTraceId.ts';
import { parseAnswer, readAnswer } from './readAnswer.ts';
import { readClock } from './readClock.ts';
import { readPages, type SearchPage, type SearchRequest } from './readPages.ts';
import { toUrl } from './toUrl.ts';

const CALL_TIME_MS = 30_000;
const MAX_ANSWER_BYTES = 10 * 1024 * 1024; // read with a processor share of 128 MB, it leaves time to answer
const MAX_BODY_BYTES = 10 * 1024 * 1024; // whatever an event of Lambda's 6 MB holds, and then some
const RETRY_DELAY_MS = 100;

/** Whom to call and on whose behalf. `deadline` is epoch ms; no call outlives it, nor `callTimeMs` (30 s). */
export type CallContext = {
  baseUrl: string;
  traceId: string;
  deadline: number;
  callTimeMs?: number;
  /** Of what is sent in one call; default: 10 MB. */
  maxBodyBytes?: number;
  /** Ends a GET at once; of a change that is torn nobody knows whether it was done. */
  signal?: AbortSignal;
  /** How a call that failed is made again; default: a GET once more, as an event cannot wait long. */
  repeat?: Repeat;
  /** Told of each request that was sent, a repeated one too, when it is over. */
  onCall?: (durationMs: number) => void;
};

/** Makes the call by `once`, which throws what the methods of the client throw. */
export type Repeat = <Answer>(call: BiotCall, once: () => Promise<Answer>) => Promise<Answer>;

/** `path` begins with a slash and stays below the base URL. `body` is sent as JSON, a FormData as multipart. */
export type BiotCall = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  query?: Record<string, string | number | boolean>;
  /** `allow-interception: true` lets other plugins intercept this call. */
  headers?: Record<string, string>;
  /** Not a GET, but may be sent twice like one. */
  isRepeatable?: boolean;
};

type CallOptions = Pick<BiotCall, 'query' | 'headers'>;

/** What BioT said when it refused. `message` is BioT's own text: good for a developer, not for an API's caller. */
export type BiotFailure = {
  status: number;
  code?: string;
  message?: string;
  details?: unknown;
  /** The header of that name. */
  retryAfter?: string;
};

/** All methods throw PluginError CALL_TO_API_FAILED, or TIMEOUT when the deadline of the event passes first. */
export type BiotClient = {
  get<Answer>(path: string, options?: CallOptions): Promise<Answer>;
  post<Answer>(path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  put<Answer>(path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  patch<Answer>(path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  delete<Answer>(path: string, options?: CallOptions): Promise<Answer>;
  search<Item>(path: string, request?: SearchRequest): Promise<SearchPage<Item>>;
  /** All pages in turn, each with the limit that the request names. */
  searchPages<Item>(path: string, request?: SearchRequest): AsyncGenerator<Item[]>;
};

/** Gives the access token; `rejected` is one that BioT did not take any more. */
export type GetToken = (rejected?: string) => Promise<string>;

export function createBiotClient(context: CallContext, getToken: GetToken): BiotClient {
  const call = <Answer>(request: BiotCall) => callWithToken<Answer>(context, getToken, request);
  const search = <Item>(path: string, request: SearchRequest = {}) =>
    call<SearchPage<Item>>({ method: 'GET', path, query: { searchRequest: JSON.stringify(request) } });

  return {
    get: (path, options) => call({ method: 'GET', path, ...options }),
    post: (path, body, options) => call({ method: 'POST', path, body, ...options }),
    put: (path, body, options) => call({ method: 'PUT', path, body, ...options }),
    patch: (path, body, options) => call({ method: 'PATCH', path, body, ...options }),
    delete: (path, options) => call({ method: 'DELETE', path, ...options }),
    search,
    searchPages: (path, request) => readPages((page) => search(path, page), request),
  };
}

/** With a token, and once more with a fresh one when BioT answers 401: it may have been revoked before its time. */
async function callWithToken<Answer>(
  context: CallContext,
  getToken: GetToken,
  call: BiotCall,
): Promise<Answer> {
  const token = await getToken();
  try {
    return await callBiot<Answer>(context, withToken(call, token));
  } catch (error) {
    if (toBiotFailure(error)?.status !== 401) throw error;
    return callBiot<Answer>(context, withToken(call, await getToken(token)));
  }
}

const withToken = (call: BiotCall, token: string): BiotCall => ({
  ...call,
  headers: { ...call.headers, authorization: `Bearer ${token}` },
});

/** One call; by default a GET that met a network error or an overloaded server is sent once more. */
export async function callBiot<Answer>(context: CallContext, call: BiotCall): Promise<Answer> {
  const once = () =>
    send<Answer>(context, call).catch((error) => Promise.reject(toCallError(error, context)));
  return context.repeat ? context.repeat(call, once) : repeatGet(context, call, once);
}

/** A GET is safe to repeat. */
async function repeatGet<Answer>(
  { deadline }: CallContext,
  { method, isRepeatable = method === 'GET' }: BiotCall,
  once: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await once();
  } catch (error) {
    if (!isRepeatable || !isPassing(error) || Date.now() + RETRY_DELAY_MS >= deadline) throw error;
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
    return once();
  }
}

async function send<Answer>(context: CallContext, call: BiotCall): Promise<Answer> {
  const { baseUrl, traceId, deadline, callTimeMs = CALL_TIME_MS, signal, onCall } = context;
  const timeout = Math.floor(Math.min(callTimeMs, deadline - Date.now()));
  if (timeout <= 0) throw new PluginError('TIMEOUT');
  const url = toUrl(baseUrl, call.path);
  const timedOut = AbortSignal.timeout(timeout); // axios's own timeout does not end an answer that trickles in
  const startedAt = readClock();
  const sent = axios.request<Answer>({
    method: call.method,
    url,
    ...(call.query && { params: call.query }),
    ...(call.body !== undefined && { data: call.body }),
    headers: { ...call.headers, traceparent: toTraceparent(traceId) },
    transformResponse: parseAnswer,
    timeout,
    signal: signal && call.method === 'GET' ? AbortSignal.any([signal, timedOut]) : timedOut,
    maxContentLength: MAX_ANSWER_BYTES, // counted after it was unpacked
    maxBodyLength: context.maxBodyBytes ?? MAX_BODY_BYTES,
    maxRedirects: 0, // a redirect would carry the token to another host
  });
  return readAnswer(await sent.finally(() => onCall?.(readClock() - startedAt)));
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof PluginError && axios.isAxiosError(error.cause))) return false;
  const { status } = toFailure(error.cause) ?? {};
  const isTooLarge = error.cause.code === 'ERR_BAD_RESPONSE' && !error.cause.response; // and will be again
  return (status === undefined && !isTooLarge) || [429, 502, 503, 504].includes(Number(status));
}

function toCallError(error: unknown, { deadline }: CallContext): unknown {
  if (!axios.isAxiosError(error)) return error;
  const { status, code } = toFailure(error) ?? {};
  const isOver = Date.now() + 2 >= deadline; // a timer may fire a bit before the clock says so
  if (status === undefined && isOver) return new PluginError('TIMEOUT', { cause: error });
  const isTold = code !== undefined && isCode(code); // any other text may be about somebody, and the caller sees this one
  const details = { ...(status !== undefined && { status }), ...(isTold && { code }) };
  return new PluginError('CALL_TO_API_FAILED', { details, cause: error });
}

/** What BioT answered, if the error stems from an answer of BioT's. */
export function toBiotFailure(error: unknown): BiotFailure | undefined {
  return error instanceof PluginError && axios.isAxiosError(error.cause) ? toFailure(error.cause) : undefined;
}

// An answer of 200 that broke off is an error with a response too, but no refusal of BioT's.
function toFailure({ response }: AxiosError): BiotFailure | undefined {
  if (!response || response.status < 300) return undefined;
  const { code, message, details } = (response.data ?? {}) as Record<string, unknown>;
  const retryAfter = response.headers['retry-after'];
  return {
    status: response.status,
    ...(typeof code === 'string' && { code }),
    ...(typeof message === 'string' && { message }),
    ...(details !== undefined && { details }),
    ...(typeof retryAfter === 'string' && { retryAfter }),
  };
}
