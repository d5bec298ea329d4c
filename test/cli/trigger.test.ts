import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningEmulator, runCommandLine, startEmulatorProcess } from '../builders/commandLine.ts';
import { type Recorder, startRecorder } from '../builders/emulator.ts';
import { copyProject } from '../builders/project.ts';

describe('biot-plugin trigger', () => {
  const projectRoot = copyProject();
  let emulator: RunningEmulator;
  let recorder: Recorder;

  const trigger = (args: string[], input?: string) =>
    runCommandLine(projectRoot, ['trigger', ...args], {
      env: emulator.env,
      ...(input !== undefined && { input }),
    });

  const api = async (path: string, body: object, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(emulator.baseUrl + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { accessJwt: { token: string } };
  };

  beforeAll(async () => {
    recorder = await startRecorder();
    emulator = await startEmulatorProcess(projectRoot, ['--launcher', 'process']);
    const { username, password } = emulator;
    const { accessJwt } = await api('/ums/v2/users/login', { username, password });
    const body = { entityTypeName: 'patient', actionName: '_login', endpoint: recorder.url };
    await api('/dispatcher/v1/hooks/notifications/subscribe', body, accessJwt.token);
  }, 60_000);

  beforeEach(() => {
    recorder.received.length = 0;
  });

  afterAll(async () => {
    await emulator?.interrupt();
    await recorder.close();
  });

  it('says who was told, and how to see the trace', async () => {
    const { code, stdout, stderr } = await trigger(['patient', '_login']);

    const [event] = await recorder.until(1);
    expect([code, stdout]).toEqual([0, `patient _login told to ${recorder.url}\n`]);
    expect(stderr).toMatch(/^Next: npx biot-plugin trace [0-9a-f]{32}\n$/);
    expect(event).toMatchObject({ metadata: { entityTypeName: 'patient', actionName: '_login' } });
  });

  it('stands in its trace as what it was', async () => {
    const { traceId } = JSON.parse((await trigger(['patient', '_login', '--json'])).stdout);
    await recorder.until(1);

    const { stdout } = await runCommandLine(projectRoot, ['trace', traceId], { env: emulator.env });

    expect(stdout.split('\n')[1]).toBe('TRIGGER patient _login');
  });

  it('says when nobody is subscribed', async () => {
    const { code, stdout } = await trigger(['device', '_command']);

    expect([code, stdout.trim()]).toEqual([0, 'Nobody subscribes to device _command']);
  });

  it.each([
    ['a file', (text: string) => writeFileSync(join(projectRoot, 'entity.json'), text), 'entity.json'],
    ['standard input', () => undefined, '-'],
  ])('takes the entity from %s', async (_name, save, file) => {
    const text = JSON.stringify({ _id: 'sent' });
    save(text);

    const { stdout } = await trigger(['patient', '_login', '--data', file, '--json'], text);

    expect(JSON.parse(stdout)).toMatchObject({ entity: { _id: 'sent' }, subscribers: [recorder.url] });
  });

  it.each([
    ['an unknown action', ['patient', '_logon'], 2, 'BAD_REQUEST', '_login'],
    ['an unknown id', ['patient', '_login', '--id', 'nobody'], 1, 'NOT_FOUND', 'nobody'],
    [
      'a file that is not there',
      ['patient', '_login', '--data', 'none.json'],
      2,
      'INVALID_DATA',
      'none.json',
    ],
  ])('refuses %s and says why', async (_name, args, ...[exit, code, message]) => {
    const answer = await trigger([...args, '--json']);

    expect([answer.code, JSON.parse(answer.stdout).error]).toEqual([
      exit,
      expect.objectContaining({ code, message: expect.stringContaining(String(message)) }),
    ]);
  });
});
