import jwt from 'jsonwebtoken';
import type { InvokedEvent } from '../../../emulator/console/invoke.ts';
import { type Json, PATIENTS, startTestEmulator, type TestEmulator } from '../../builders/emulator.ts';

const ECHO = 'exports.handler = async (event) => event;';
const toBody = (event: unknown): Json => JSON.parse(String((event as Json).body));
const scopesOf = (authorization: unknown) =>
  (jwt.decode(String(authorization).replace('Bearer ', '')) as { scopes: string[] }).scopes;

describe('POST /emulator/invoke', () => {
  let emulator: TestEmulator;

  const invoke = async (plugin: string, sent: Json): Promise<InvokedEvent> => {
    const answer = await emulator.call('POST /emulator/invoke', { body: { plugin, ...sent } });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body as InvokedEvent;
  };

  beforeAll(async () => {
    emulator = await startTestEmulator();
    await emulator.deploy({ name: 'echo', code: ECHO });
    await emulator.deploy({
      name: 'throws',
      code: 'exports.handler = async () => { throw new Error("no"); };',
    });
    await emulator.deploy({ name: 'bare', code: 'exports.handler = async () => ({ path: "/x" });' });
  });

  afterAll(() => emulator?.close());

  it('gives the handler what BioT would send, and returns just what that returned', async () => {
    const { answer, event, ...rest } = await invoke('echo', { hook: 'NOTIFICATION', body: { data: {} } });

    expect(answer).toEqual(event);
    expect((answer as { headers: Json }).headers).toMatchObject({ hooktype: 'NOTIFICATION', accept: '*/*' });
    expect(scopesOf(toBody(answer).jwt)).toContain('ACTION_NOTIFICATION');
    expect(rest).toMatchObject({ ok: true, statusCode: 200, coldStart: true });
    expect(rest.logs.map(({ text }) => text.split(' ')[0])).toEqual(['START', 'END', 'REPORT']);
  });

  it.each([
    ['text', (body: string) => ({ body })],
    ['base64', (body: string) => ({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true })],
  ])('replaces the tokens in an event with its body as %s', async (_name, encode) => {
    const body = JSON.stringify({ request: { path: '/x', headers: { authorization: 'Bearer old' } } });
    const headers = { HookType: 'interceptor_pre', Authorization: 'Bearer old', accept: 'kept' };

    const { answer } = await invoke('echo', { event: { headers, ...encode(body) } });

    const { headers: sent } = answer as { headers: Json };
    const { request } = toBody(answer) as { request: { headers: Json } };
    expect(sent).toEqual({ HookType: 'interceptor_pre', accept: 'kept', authorization: expect.any(String) });
    expect(scopesOf(sent.authorization)).toContain('PLUGIN_INTERCEPTOR');
    expect(scopesOf(request.headers.authorization)).toContain('SETTINGS_PLUGIN_CREATE');
  });

  it.each([[{ anything: 1 }], ['text'], [null], [[1, 2]]])('passes on %j as it is', async (event) => {
    const { answer } = await invoke('echo', { event });

    expect(answer).toEqual(event);
  });

  it('makes a call of the function URL for no hook, and a scheduled event', async () => {
    const direct = await invoke('echo', { hook: 'DIRECT' });
    const scheduled = await invoke('echo', { hook: 'SCHEDULED' });

    const { headers } = direct.answer as { headers: Json };
    expect([headers.hooktype, scopesOf(headers.authorization).length > 0]).toEqual([undefined, true]);
    expect(scheduled.answer).toMatchObject({ 'detail-type': 'Scheduled Event' });
  });

  it('keeps the entity that an event tells of, so that it can be read back', async () => {
    const body = { metadata: { entityTypeName: 'patient' }, data: { entity: { _id: 'p-1', _name: {} } } };

    await invoke('echo', { hook: 'NOTIFICATION', body });

    const { status } = await emulator.call(`GET ${PATIENTS}/p-1`);
    expect(status).toBe(200);
  });

  it('tells a failure as Lambda reports it', async () => {
    const { ok, answer, statusCode } = await invoke('throws', { event: {} });

    expect({ ok, answer, statusCode }).toEqual({
      ok: false,
      answer: expect.objectContaining({ errorType: 'Error', errorMessage: 'no' }),
      statusCode: 502,
    });
  });

  it('tells what BioT would not take of an interceptor’s answer', async () => {
    const body = { request: { path: '/x', headers: {} } };

    const { fault } = await invoke('bare', { hook: 'INTERCEPTOR_PRE', body });

    expect(fault).toBe('without { "request": … } around it');
  });

  it('says that there is no such plugin', async () => {
    const { status, body } = await emulator.call('POST /emulator/invoke', {
      body: { plugin: 'x', event: {} },
    });

    expect([status, (body as Json).code]).toEqual([404, 'PLUGIN_NOT_FOUND']);
  });
});
