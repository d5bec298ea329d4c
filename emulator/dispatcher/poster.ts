import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

/** The most that Lambda answers; the same holds here for every endpoint. */
export const MAX_ANSWER_BYTES = 6_291_556;

export type Posted = {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  timeoutMs: number;
  /** Once more, when the connection of an earlier call turns out to be closed before anything of an answer came. */
  triesAgain: boolean;
};

/** What an endpoint answered. Its body is decoded if it came compressed; `headers` are those that tell the body's reader. */
export type HookAnswer = { status: number; headers: Record<string, string | string[]>; body: Buffer };

export type Poster = {
  /** @throws Error when there is no whole answer, whatever the reason; its message is for people */
  post(posted: Posted): Promise<HookAnswer>;
  /** Ends what is under way: it fails. */
  close(): void;
};

type Sent = Posted & { agent: HttpAgent | false };

/** Sends over connections that stay open between calls; certificates are checked, redirects are not followed. */
export function createPoster(): Poster {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  let isClosed = false;
  return {
    async post(posted) {
      const agent = isHttps(posted.url) ? https : http;
      try {
        return await send({ ...posted, agent });
      } catch (error) {
        if (isClosed || !posted.triesAgain || !(error instanceof StaleConnection)) throw error;
        return await send({ ...posted, agent: false });
      }
    },
    close() {
      isClosed = true;
      http.destroy();
      https.destroy();
    },
  };
}

const isHttps = (url: string): boolean => /^https:/i.test(url);

/** The endpoint took too long. */
export class TooLate extends Error {}

/** The endpoint closed the connection of an earlier call as this one was sent on it, most likely without seeing it. */
class StaleConnection extends Error {}

function send({ url, headers, body, timeoutMs, agent }: Sent): Promise<HookAnswer> {
  return new Promise((resolve, reject) => {
    const start = isHttps(url) ? httpsRequest : httpRequest;
    const call = start(url, { method: 'POST', headers, agent });
    const timer = setTimeout(() => {
      reject(new TooLate(`no answer within ${timeoutMs / 1000} s`));
      call.destroy();
    }, timeoutMs);
    let receivedBefore = 0;
    call.on('socket', ({ bytesRead }) => {
      receivedBefore = bytesRead;
    });
    call.on('response', (answer) => {
      readAnswer(answer).then(resolve, reject);
    });
    // Without a listener the connection would be closed in silence, and nobody ever told.
    call.on('upgrade', (answer, socket) => {
      socket.destroy();
      reject(new Error(`the status ${answer.statusCode}, which is no answer`));
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      const isStale = isClosed && call.reusedSocket && call.socket?.bytesRead === receivedBefore;
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    call.on('close', () => clearTimeout(timer));
    call.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<HookAnswer> {
  const received = await readBody(answer);
  const { 'content-encoding': encoding, ...headers } = toEndToEnd(answer);
  const decode = decoders.get(String(encoding));
  return {
    status: answer.statusCode ?? 500,
    headers: decode || !encoding ? headers : { ...headers, 'content-encoding': encoding },
    body: decode ? await decode(received, { maxOutputLength: MAX_ANSWER_BYTES }) : received,
  };
}

type Decode = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Of the encodings that interceptors are asked with. */
const decoders = new Map<string, Decode>([
  ['gzip', promisify<Buffer, object, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, object, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, object, Buffer>(inflate)],
]);

async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`an answer of more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Of one connection, or of the machinery between; each hop writes its own. */
const OF_THE_HOP = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'traceparent',
  'transfer-encoding',
  'upgrade',
  'x-amzn-requestid',
]);

const toEndToEnd = ({ headers }: IncomingMessage): HookAnswer['headers'] =>
  Object.fromEntries(
    Object.entries(headers).filter((header): header is [string, string | string[]] => {
      const [name, value] = header;
      return value !== undefined && !OF_THE_HOP.has(name);
    }),
  );
