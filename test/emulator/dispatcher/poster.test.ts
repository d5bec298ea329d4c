import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { createPoster, MAX_ANSWER_BYTES, type Poster } from '../../../emulator/dispatcher/poster.ts';
import { hasProgram, itWhere } from '../../builders/emulator.ts';
import { type HookEndpoint, startHookEndpoint } from '../../builders/hookEndpoint.ts';

let endpoint: HookEndpoint;
let poster: Poster;

beforeEach(async () => {
  endpoint = await startHookEndpoint();
  poster = createPoster();
});

afterEach(async () => {
  poster.close();
  await endpoint.close();
});

const post = ({ url = endpoint.url, timeoutMs = 10_000, triesAgain = true } = {}) =>
  poster.post({
    url,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
    timeoutMs,
    triesAgain,
  });

/** Of 127.0.0.1, signed by itself. */
function createCertificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const;
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const asked = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
  spawnSync('openssl', [...asked, '-keyout', key, '-out', cert]);
  const pair = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return pair;
}

describe('post', () => {
  it('returns status, body and the headers that are meant for the reader', async () => {
    endpoint.answerBy((_request, reply) => {
      const headers = { 'content-type': 'text/plain', 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] };
      reply.writeHead(429, { ...headers, 'x-amzn-requestid': 'id', server: 'x' }).end('slower');
    });

    const answer = await post();

    expect(answer).toEqual({
      status: 429,
      headers: { 'content-type': 'text/plain', 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from('slower'),
    });
  });

  it('sends one call after another over the same connection', async () => {
    await post();
    await post();
    await post();

    expect([endpoint.requests.length, endpoint.connections()]).toEqual([3, 1]);
  });

  it('sends again when the connection of an earlier call was closed meanwhile', async () => {
    await post();
    endpoint.answerBy(({ socket }, reply) => {
      if (endpoint.requests.length === 2) socket.resetAndDestroy();
      else reply.end('again');
    });

    const answer = await post();

    expect([answer.body.toString(), endpoint.requests.length, endpoint.connections()]).toEqual([
      'again',
      3,
      2,
    ]);
  });

  it('does not send again when it shall not', async () => {
    await post();
    endpoint.answerBy(({ socket }) => socket.resetAndDestroy());

    const posted = post({ triesAgain: false });

    await expect(posted).rejects.toThrow('ECONNRESET');
    expect(endpoint.requests).toHaveLength(2);
  });

  it('does not send again what a new connection did not answer', async () => {
    endpoint.answerBy(({ socket }) => socket.resetAndDestroy());

    const posted = post();

    await expect(posted).rejects.toThrow('ECONNRESET');
    expect(endpoint.requests).toHaveLength(1);
  });

  it('does not send again when a part of the answer had come', async () => {
    await post();
    endpoint.answerBy((_request, reply) => {
      reply.writeHead(200, { 'content-length': '100' }).write('half', () => reply.socket?.destroy());
    });

    const posted = post();

    await expect(posted).rejects.toThrow('aborted');
    expect(endpoint.requests).toHaveLength(2);
  });

  it.each([
    ['says nothing', () => undefined],
    ['never ends its answer', (_request: unknown, reply: { write(text: string): void }) => reply.write('{')],
  ])('gives up when the endpoint %s', async (_name, answer) => {
    endpoint.answerBy(answer);

    const posted = post({ timeoutMs: 200 });

    await expect(posted).rejects.toThrow('no answer within 0.2 s');
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
  ])('decodes an answer in %s', async (encoding, encode) => {
    endpoint.answerBy((_request, reply) => {
      reply.writeHead(200, { 'content-encoding': encoding }).end(encode('{"a":"ä"}'));
    });

    const answer = await post();

    expect(answer).toEqual({ status: 200, headers: {}, body: Buffer.from('{"a":"ä"}') });
  });

  it.each([
    ['in an encoding it did not ask for', 'br'],
    ['in a name that every object has', 'constructor'],
  ])('leaves an answer %s as it is', async (_name, encoding) => {
    endpoint.answerBy((_request, reply) => {
      reply.writeHead(200, { 'content-encoding': encoding }).end('bytes');
    });

    const answer = await post();

    expect(answer).toEqual({
      status: 200,
      headers: { 'content-encoding': encoding },
      body: Buffer.from('bytes'),
    });
  });

  it.each([
    ['plain', {}, Buffer.alloc(MAX_ANSWER_BYTES + 1)],
    ['compressed', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(MAX_ANSWER_BYTES + 1))],
    ['broken', { 'content-encoding': 'gzip' }, Buffer.from('no gzip')],
  ])('throws for a %s answer that it cannot take', async (_name, headers, body) => {
    endpoint.answerBy((_request, reply) => reply.writeHead(200, headers).end(body));

    const posted = post();

    await expect(posted).rejects.toThrow();
  });

  it('takes an answer as large as Lambda gives one', async () => {
    endpoint.answerBy((_request, reply) => reply.end(Buffer.alloc(MAX_ANSWER_BYTES)));

    const answer = await post();

    expect(answer.body).toHaveLength(MAX_ANSWER_BYTES);
  });

  it('does not follow to another place', async () => {
    endpoint.answerBy((_request, reply) => reply.writeHead(307, { location: endpoint.url }).end());

    const answer = await post();

    expect([answer.status, answer.headers, endpoint.requests.length]).toEqual([
      307,
      { location: endpoint.url },
      1,
    ]);
  });

  it.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'Parse Error'],
    [
      'a change of protocol',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
      'the status 101, which is no answer',
    ],
  ])('throws for %s', async (_name, answer, message) => {
    const server = createTcpServer((socket) => socket.resume().end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    const posted = post({ url: `http://127.0.0.1:${port}/` });

    await expect(posted).rejects.toThrow(message);
    await new Promise((resolve) => server.close(resolve));
  });

  itWhere(
    hasProgram('openssl'),
    'openssl is not on the PATH',
    false,
  )('sends nothing to an https endpoint whose certificate it does not trust', async () => {
    const pair = createCertificate();
    const secure = await startHookEndpoint((listener) => createHttpsServer(pair, listener));

    for (const scheme of ['https:', 'HTTPS:']) {
      const posted = post({ url: secure.url.replace('http:', scheme) });

      await expect(posted).rejects.toThrow('self-signed certificate');
    }
    expect(secure.requests).toEqual([]);
    await secure.close();
  });
});

describe('close', () => {
  it('ends what is under way, and it is not sent again', async () => {
    await post();
    endpoint.answerBy(() => undefined);
    const posted = post();
    const outcome = expect(posted).rejects.toThrow('socket hang up');
    await endpoint.until(2);

    poster.close();

    await outcome;
    expect(endpoint.requests).toHaveLength(2);
  });
});
