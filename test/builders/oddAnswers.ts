import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { CANARY, edited, oddJson, oddText, withOddLeaves } from './oddValues.ts';

/** What comes over the wire: the bytes of an answer (latin1), and whether the connection then stays, ends or is torn. */
export type OddAnswer = { bytes: string; after: 'keep' | 'end' | 'reset' };

/** One of each call that the plugin makes. */
export type OddBiot = { key: OddAnswer; login: OddAnswer; call: OddAnswer };

const STATUSES = [
  100, 101, 102, 199, 200, 200, 200, 200, 201, 202, 204, 205, 206, 226, 300, 301, 302, 304, 307, 400, 401,
  403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 599, 600, 999,
];
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...STATUSES) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1200 }) },
);

const headerText = fc
  .string({ unit: 'binary-ascii', maxLength: 20 })
  .map((text) => text.replaceAll(/[\r\n\0]/g, ' '));
const HEADERS = [
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'location',
  'retry-after',
  'set-cookie',
  'content-length',
  'connection',
  'upgrade',
  '__proto__',
  'x-odd',
];
const VALUES = [
  'application/json',
  'text/html; charset=utf-16',
  'gzip',
  'br',
  'identity',
  'chunked',
  'http://127.0.0.1:9/',
  '0',
  '-1',
  '99999999999',
  'close',
  'websocket',
  CANARY,
];
const oddHeader = fc.tuple(fc.constantFrom(...HEADERS), fc.oneof(fc.constantFrom(...VALUES), headerText));

/** What BioT would say, a bit of it changed, anything that JSON can say, or no JSON. */
const bodyLike = (good: unknown): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(JSON.stringify(good)) },
    { weight: 3, arbitrary: edited(good).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: withOddLeaves(good).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: oddJson.map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constant(JSON.stringify(good)), fc.nat())
        .map(([text, at]) => text.slice(0, at % text.length)),
    },
    { weight: 1, arbitrary: oddText },
    {
      weight: 1,
      arbitrary: fc.constant(
        JSON.stringify({ code: 'SOME_CODE', message: CANARY, details: { [CANARY]: CANARY } }),
      ),
    },
  );

const toBytes = (text: string): string => Buffer.from(text).toString('latin1');

const framed = (good: unknown): fc.Arbitrary<string> =>
  fc
    .tuple(status, fc.array(oddHeader, { maxLength: 3 }), bodyLike(good), fc.nat(9))
    .map(([code, headers, body, way]) => {
      const length = way === 0 ? [] : [['content-length', Buffer.byteLength(body) + (way === 1 ? 5 : 0)]];
      const close = way === 2 ? [] : [['connection', 'close']];
      const lines = [['content-type', 'application/json'], ...length, ...close, ...headers].map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      return toBytes(`HTTP/1.1 ${code} Odd\r\n${lines.join('')}\r\n${body}`);
    });

// A connection that is closed says so, or the next call would be made on it and fail.
const plain = (body: string): string =>
  toBytes(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

const noHttp = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

/** In half of the cases the good answer, or hardly any call would get as far as the last one. */
export const oddAnswer = (good: unknown): fc.Arbitrary<OddAnswer> =>
  fc.oneof(
    fc.constant({ bytes: plain(JSON.stringify(good)), after: 'end' as const }),
    fc.record({
      bytes: fc.oneof(
        { weight: 5, arbitrary: bodyLike(good).map(plain) },
        { weight: 5, arbitrary: framed(good) },
        { weight: 1, arbitrary: noHttp },
      ),
      after: fc.oneof(
        { weight: 20, arbitrary: fc.constant('end' as const) },
        fc.constantFrom('keep' as const, 'reset' as const),
      ),
    }),
  );

export type OddBiotServer = {
  /** A base URL of its own for these answers. */
  serve(answers: OddBiot): string;
  close(): Promise<void>;
};

/** A server of real sockets that writes what it is told, HTTP or not. */
export async function startOddBiotServer(): Promise<OddBiotServer> {
  let current: OddBiot | undefined;
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((request) => {
    const { socket, url = '' } = request;
    const answer = url.startsWith(`/${count}/`) ? current?.[callOf(url)] : undefined;
    request.resume();
    request.on('end', () => write(socket, answer ?? { bytes: '', after: 'reset' }));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    serve(answers) {
      for (const socket of sockets) socket.destroy();
      current = answers;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/${++count}`;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function callOf(url: string): keyof OddBiot {
  if (url.includes('/public-key')) return 'key';
  return url.includes('/accessToken') ? 'login' : 'call';
}

function write(socket: Socket, { bytes, after }: OddAnswer): void {
  socket.write(bytes, 'latin1', () => {
    if (after === 'end') socket.end();
    if (after === 'reset') socket.resetAndDestroy();
  });
}
