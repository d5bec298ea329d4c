import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import {
  type Answer,
  breakInTheMiddle,
  brokenJson,
  neverAnswer,
  resetConnection,
  trickle,
} from './biotServer.ts';

const MEGABYTE = 1024 * 1024;
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Sends the same for ever, as fast as it is taken. */
function flood(response: ServerResponse, chunk: Buffer): void {
  const { socket } = response;
  const send = () => {
    while (socket?.writable && socket.write(chunk));
  };
  socket?.on('drain', send).on('error', () => undefined);
  send();
}

/** A text that is an answer by its own right: with head, and whatever is wrong with it. */
const raw =
  (text: string): Answer =>
  (_request, response) =>
    void response.socket?.on('error', () => undefined).write(text);

const thenFlood =
  (head: string, chunk: Buffer): Answer =>
  (_request, response) => {
    response.socket?.write(head);
    flood(response, chunk);
  };

const processing: Answer = (_request, { socket }) => {
  const many = 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(10);
  const timer = setInterval(() => socket?.write(many), 1);
  socket?.on('close', () => clearInterval(timer)).on('error', () => undefined);
};

/** One byte every 20 ms, for ever, of a head that never ends. */
const trickleHead: Answer = (_request, response) => {
  response.socket?.write(`${HEAD}x-long: `);
  const timer = setInterval(() => response.socket?.write('x'), 20);
  response.on('close', () => clearInterval(timer));
};

const packedBlanks = brotliCompressSync(Buffer.alloc(512 * MEGABYTE, ' '), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1 },
});

const packedMember = gzipSync(Buffer.alloc(64 * MEGABYTE, ' '));

/** Four gigabytes of blanks in four megabytes. */
const gzipBomb: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  response.on('error', () => undefined).end(Buffer.concat(Array.from({ length: 64 }, () => packedMember)));
};

/** Half a gigabyte of blanks in some hundred bytes; made here, as it would count as the plugin's memory. */
const brotliBomb: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' });
  response.end(packedBlanks);
};

const ofSize = (bytes: number): Answer => ({ body: { text: 'x'.repeat(bytes) } });

const nested: Answer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('['.repeat(100_000) + ']'.repeat(100_000));
};

const endlessRedirect: Answer = ({ path }, response) => {
  response.writeHead(302, { location: `.${path.slice(path.lastIndexOf('/'))}` });
  response.end();
};

/** What a BioT does that only time ends. */
export const endless: [name: string, answer: Answer][] = [
  ['takes the call and never answers', neverAnswer],
  ['begins an answer and says no more', raw(`${HEAD}content-length: 100\r\n\r\n{`)],
  ['answers a byte at a time, for ever', trickle],
  ['sends the head of its answer a byte at a time, for ever', trickleHead],
  ['sends “102 Processing” ten times a millisecond, for ever', processing],
  [
    'switches to another protocol',
    raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
];

/** What a BioT does that is seen to be wrong at once. */
export const broken: [name: string, answer: Answer][] = [
  ['answers without end', thenFlood(`${HEAD}\r\n`, Buffer.alloc(65_536, ' '))],
  [
    'answers without end in chunks',
    thenFlood(`${HEAD}transfer-encoding: chunked\r\n\r\n`, Buffer.from(`1000\r\n${' '.repeat(4096)}\r\n`)),
  ],
  ['sends 4 GB in 4 MB of gzip', gzipBomb],
  ['sends 512 MB in a kilobyte of brotli', brotliBomb],
  ['answers with 21 MB', ofSize(21_000_000)],
  ['redirects to itself, for ever', endlessRedirect],
  ['closes the connection before it answers', resetConnection],
  ['closes the connection in the middle of its answer', breakInTheMiddle],
  ['sends a header of a megabyte', raw(`${HEAD}x-long: ${'x'.repeat(MEGABYTE)}\r\n\r\n{}`)],
  ['sends ten thousand headers', raw(`${HEAD}${'x-more: 1\r\n'.repeat(10_000)}\r\n{}`)],
  ['sends what is no HTTP', raw('220 smtp.test ESMTP\r\n')],
  ['says that it is JSON and is not', brokenJson],
  ['says that it is packed and is not', { headers: { 'content-encoding': 'gzip' }, body: { a: 1 } }],
];

/** Answers that are none for a login or a key, and that are no harm to a plugin's own call. */
export const odd: [name: string, answer: Answer][] = [
  ['answers with 10 MB', ofSize(10_000_000)],
  ['answers with a hundred thousand lists in one another', nested],
];
