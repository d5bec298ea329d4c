import { PATIENTS, sendRaw, startTestEmulator, type TestEmulator } from '../builders/emulator.ts';

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator();
});

afterAll(() => emulator.close());

const rotate = (headers: Record<string, string>, path = '/emulator/keys/rotate') =>
  sendRaw(emulator.baseUrl, path, { method: 'POST', headers });

describe('refuseForeignPages', () => {
  it.each<[string, Record<string, string>]>([
    ['of a form on another page', { origin: 'https://evil.example' }],
    ['of a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['of a page without an address', { origin: 'null' }],
    ['by a name that leads here', { host: 'evil.example' }],
    [
      'of a page whose own name leads here',
      { host: 'evil.example:4700', origin: 'http://evil.example:4700' },
    ],
    ['by a name that only begins like an address', { host: '127.0.0.1.evil.example' }],
  ])('refuses a request %s', async (_what, headers) => {
    const answer = await rotate(headers);

    const { status, body } = answer;
    expect({ status, body }).toEqual({
      status: 403,
      body: expect.objectContaining({ code: 'ACCESS_DENIED' }),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('refuses it however its path is written', async () => {
    const { status } = await rotate({ origin: 'https://evil.example' }, '/%65mulator/keys/rotate');

    expect(status).toBe(403);
  });

  it.each([
    ['127.0.0.1:4700'],
    ['172.18.0.1:4700'],
    ['[::1]:4700'],
    ['localhost:4700'],
    ['LOCALHOST'],
    ['biot.localhost:4700'],
    ['biot:4700'],
    ['host.docker.internal:4700'],
  ])('answers a program that calls %s', async (host) => {
    const { status } = await sendRaw(emulator.baseUrl, '/emulator/clock', { headers: { host } });

    expect(status).toBe(200);
  });

  it('answers a page that it might have sent itself', async () => {
    const { status } = await rotate({ host: 'localhost:4700', origin: 'http://localhost:4700' });

    expect(status).toBe(200);
  });

  it('answers by the name it was given', async () => {
    const named = await startTestEmulator({ host: 'localhost' });

    const { status } = await sendRaw(named.baseUrl, '/emulator/clock');

    await named.close();
    expect(status).toBe(200);
  });

  it('leaves BioT’s own routes to their tokens', async () => {
    const headers = { origin: 'https://app.example', authorization: `Bearer ${emulator.token}` };

    const { status } = await sendRaw(emulator.baseUrl, `${PATIENTS}?searchRequest=%7B%7D`, { headers });

    expect(status).toBe(200);
  });
});
