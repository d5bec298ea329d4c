import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type RecordedRequest = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  /** Parsed when it is JSON, text otherwise; undefined when there is none. */
  body?: unknown;
};

/** `body` is sent as JSON. */
export type Answer =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  | ((request: RecordedRequest, response: ServerResponse) => void);

export type BiotServer = {
  /** Not used by any other server of this run, so whatever is cached under it starts empty. */
  baseUrl: string;
  requests: RecordedRequest[];
  /** Answers `METHOD /path` with these in turn; the last one stays. */
  route(call: string, ...answers: [Answer, ...Answer[]]): void;
  /** How often `METHOD /path` was called. */
  count(call: string): number;
  /** Also those that wait for the next request. */
  closeConnections(): void;
  close(): Promise<void>;
};

export const PUBLIC_KEY_CALL = 'GET /ums/v1/security/public-key';
export const LOGIN_CALL = 'POST /ums/v2/services/accessToken';
export const SERVICE_TOKEN = 'service-token-1';

let started = 0;

/** A BioT of a few routes on a free port. What has no route is answered with 404, as BioT would. */
export async function startBiotServer(publicKey = '', host = '127.0.0.1'): Promise<BiotServer> {
  const prefix = `/biot-${++started}`;
  const requests: RecordedRequest[] = [];
  const routes = new Map<string, Answer[]>();

  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
    const body = parseBody(await text(incoming));
    const request = { method, path, query: Object.fromEntries(searchParams), headers, ...body };
    requests.push(request);
    const answers = routes.get(`${method} ${path}`) ?? [notFound];
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? notFound;
    if (typeof answer === 'function') answer(request, response);
    else sendJson(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));

  const route: BiotServer['route'] = (call, ...answers) => void routes.set(call, answers);
  route(PUBLIC_KEY_CALL, { body: { publicKey } });
  route(LOGIN_CALL, loginAnswer(SERVICE_TOKEN));
  return {
    baseUrl: `http://${host}:${(server.address() as AddressInfo).port}${prefix}`,
    requests,
    route,
    count: (call) => requests.filter(({ method, path }) => `${method} ${path}` === call).length,
    closeConnections: () => server.closeAllConnections(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** BioT's answer to the login of a service user. */
export const loginAnswer = (accessToken: string, lifeSeconds = 1800): Answer => ({
  body: { accessToken, accessTokenExpiration: new Date(Date.now() + lifeSeconds * 1000).toISOString() },
});

/** BioT's error body. */
export const biotError = (status: number, code: string, details: object = {}): Answer => ({
  status,
  body: { code, message: `${code} happened`, serviceName: 'BioT', traceId: 'a07a7e532f3541d8', details },
});

/** Takes the request and never says a word. */
export const neverAnswer: Answer = () => undefined;

/** Begins an answer at once and sends a byte of it every 20 ms, for ever. */
export const trickle: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** Breaks the connection before it answers. */
export const resetConnection: Answer = (_request, response) => void response.socket?.resetAndDestroy();

/** Closes the connection in the middle of an answer. */
export const breakInTheMiddle: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"data":', () => response.socket?.destroySoon());
};

/** Says that it is JSON and is none. */
export const brokenJson: Answer = (_request, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"_nationalId": 123456789');

const notFound: Answer = {
  status: 404,
  body: { code: 'NOT_FOUND', message: 'Not found', serviceName: 'BioT', details: {} },
};

function sendJson(response: ServerResponse, answer: Exclude<Answer, (...args: never[]) => void>): void {
  const { status = 200, body, headers } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function parseBody(body: string): { body?: unknown } {
  if (body === '') return {};
  try {
    return { body: JSON.parse(body) };
  } catch {
    return { body };
  }
}
