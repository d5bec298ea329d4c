import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulatorApi } from '../../deploy/emulatorApi.ts';

const servers: Server[] = [];

/** A server that always answers this; its address. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((request, reply) => {
    request.resume().on('end', () => reply.writeHead(status).end(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

const refusal = (serviceName: string) =>
  JSON.stringify({ code: 'BAD_REQUEST', message: 'ms must be a number', serviceName });

describe('createEmulatorApi', () => {
  it('sends what it is given and returns what it gets', async () => {
    const received: unknown[] = [];
    const server = createServer((request, reply) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push([request.method, request.url, request.headers['content-type'], body]);
        reply.writeHead(200).end('{"ok":true}');
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const api = createEmulatorApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const answers = [
      await api.get('/emulator/clock'),
      await api.post('/emulator/clock', { advanceSeconds: 5 }),
      await api.post('/emulator/keys/rotate'),
      await api.delete('/emulator/faults'),
    ];

    expect(answers).toEqual(Array(4).fill({ ok: true }));
    expect(received).toEqual([
      ['GET', '/emulator/clock', undefined, ''],
      ['POST', '/emulator/clock', 'application/json', '{"advanceSeconds":5}'],
      ['POST', '/emulator/keys/rotate', undefined, ''],
      ['DELETE', '/emulator/faults', undefined, ''],
    ]);
  });

  it.each<[string, number, number]>([
    ['wrong usage', 400, 2],
    ['a failure', 404, 1],
  ])('takes a refusal of the local BioT for %s with %i', async (_what, status, exitCode) => {
    const api = createEmulatorApi(await answering(status, refusal('Local BioT')));

    await expect(api.get('/emulator/faults')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'ms must be a number',
      exitCode,
    });
  });

  it.each<[string, number, string]>([
    ['another BioT', 404, refusal('Device Service')],
    ['a refusal without a body', 404, ''],
    ['a page', 200, '<html></html>'],
    ['a refusal that is a page', 502, '<html></html>'],
    ['null', 404, 'null'],
  ])('says that it is no local BioT when what answers is %s', async (_what, status, body) => {
    const api = createEmulatorApi(await answering(status, body));

    await expect(api.get('/emulator/faults')).rejects.toMatchObject({
      code: 'NOT_AN_EMULATOR',
      exitCode: 2,
      cure: expect.stringContaining('npx biot-plugin emulator'),
    });
  });

  it('takes one that is ending for one that is gone', async () => {
    const body = JSON.stringify({ error: 'Service Unavailable', statusCode: 503 });
    const api = createEmulatorApi(await answering(503, body));

    await expect(api.get('/emulator/plugins')).rejects.toMatchObject({ code: 'EMULATOR_UNREACHABLE' });
  });

  it('says that nobody answers', async () => {
    const baseUrl = await answering(200, '{}');
    await new Promise((resolve) => servers.pop()?.close(resolve));

    await expect(createEmulatorApi(baseUrl).get('/emulator/faults')).rejects.toMatchObject({
      code: 'EMULATOR_UNREACHABLE',
      exitCode: 1,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each([
    [undefined, 'MISSING_SETTING'],
    ['', 'MISSING_SETTING'],
    ['localhost', 'INVALID_SETTING'],
  ])('refuses the address %s', (baseUrl, code) => {
    expect(() => createEmulatorApi(baseUrl)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });
});
