import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '../../../deploy/connect.ts';
import { checkBiot, checkClock, judgeClock, judgeLocalClock } from '../../../deploy/doctor/biotChecks.ts';
import { checkLogin, checkPermission } from '../../../deploy/doctor/callerChecks.ts';
import { checkCredentials, checkEcr, checkRegistry } from '../../../deploy/doctor/registryChecks.ts';
import { itWithRegistry, startTestEmulator, type TestEmulator } from '../../builders/emulator.ts';
import { newPatient } from '../../builders/patient.ts';

describe('the checks of BioT', () => {
  let emulator: TestEmulator;

  const settings = (overrides: object = {}) => {
    const { baseUrl, username, password, ecrEndpoint } = emulator;
    return { baseUrl, username, password, ecrEndpoint, ...overrides };
  };

  beforeAll(async () => {
    emulator = await startTestEmulator();
  });

  afterAll(() => emulator?.close());

  it('find a BioT, its time, the login and the permission', async () => {
    const patient = newPatient({ settings: settings() });

    const checks = [checkBiot, checkClock, checkLogin, checkPermission];
    const findings = await Promise.all(checks.map((check) => check(patient)));

    expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('end where something takes the call and never answers', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const baseUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const biot = connect({ baseUrl, username: 'me', password: 'secret' }, undefined, { callTimeMs: 50 });

    const health = checkBiot(newPatient({ settings: { baseUrl } }), 50);
    const login = checkPermission(newPatient({ biot: () => biot }));

    await expect(health).rejects.toThrow('was not answered in 0.05 s');
    await expect(login).rejects.toThrow();
    silent.closeAllConnections();
    silent.close();
  });

  it('name a password that is wrong, and never the password', async () => {
    const patient = newPatient({ settings: settings({ password: 'hunter2' }) });

    const finding = await checkLogin(patient);

    expect(finding).toMatchObject({
      status: 'problem',
      message: 'BioT did not accept the login of admin@local.biot',
      cure: expect.stringMatching(/^A local BioT that was started anew has a new password/),
    });
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });

  it('name a missing name and a token that has run out', async () => {
    const { baseUrl } = emulator;

    const nobody = await checkLogin(newPatient({ settings: { baseUrl } }));
    const token = await checkLogin(newPatient({ settings: { baseUrl, token: 'eyJ.old.token' } }));

    expect([nobody, token]).toEqual([
      expect.objectContaining({ status: 'problem', message: expect.stringContaining('BIOT_CLI_TOKEN') }),
      expect.objectContaining({ status: 'problem', message: expect.stringContaining('does not accept') }),
    ]);
  });

  itWithRegistry('hand on temporary credentials to ECR, and its password to the registry', async () => {
    const patient = newPatient({ settings: settings() });

    const findings = [await checkCredentials(patient), await checkEcr(patient), await checkRegistry(patient)];

    expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  it('say that the clock of a local BioT was moved, behind which the login still works', async () => {
    await emulator.call('POST /emulator/clock', { body: { advanceSeconds: 600 } });
    const patient = newPatient({ settings: settings() });

    const findings = [await checkClock(patient), await checkLogin(patient)];

    expect(findings).toMatchObject([
      {
        status: 'warning',
        message: expect.stringMatching(/^The local BioT’s clock was moved (59|60)\d s forward$/),
      },
      { status: 'ok' },
    ]);
  });

  itWithRegistry('tell that credentials have run out before ECR saw them', async () => {
    const patient = newPatient({ settings: settings() });
    await checkCredentials(patient);
    await emulator.call('POST /emulator/clock', { body: { advanceSeconds: 2 * 60 * 60 } });

    const checked = checkEcr(patient);

    await expect(checked).rejects.toMatchObject({
      code: 'ECR_REFUSED',
      message: expect.stringContaining('Expired'),
    });
  });
});

describe('the checks of what is no BioT', () => {
  let server: Server;
  let answer: { status: number; type: string; body: string; date?: string };

  const patient = () =>
    newPatient({
      settings: { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 't' },
    });

  beforeAll(async () => {
    server = createServer((_request, reply) =>
      reply
        .writeHead(answer.status, { 'content-type': answer.type, ...(answer.date && { date: answer.date }) })
        .end(answer.body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => void server.close());

  it.each([
    [200, 'text/html', '<html>Welcome</html>', 'and not as a BioT does'],
    [404, 'application/json', '{}', 'and not as a BioT does'],
    [503, 'application/json', '{}', 'BioT is not well'],
  ])('do not take %s %s for one', async (...[status, type, body, told]) => {
    answer = { status, type, body };

    const finding = await checkBiot(patient());

    expect(finding).toMatchObject({ status: 'problem', message: expect.stringContaining(told) });
  });

  it('tell temporary credentials that are not whole', async () => {
    answer = { status: 200, type: 'application/json', body: '{"credentials":{"accessKeyId":"a"}}' };

    const checked = checkCredentials(patient());

    await expect(checked).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('see that the clock here is another than that of a BioT elsewhere', async () => {
    const date = new Date(Date.now() + 600_000).toUTCString();
    answer = { status: 200, type: 'application/json', body: '{"version":"2.58.2"}', date };

    const finding = await checkClock(patient());

    expect(finding).toMatchObject({
      status: 'problem',
      message: expect.stringMatching(/^This machine’s clock is (59|60)\d s behind BioT’s: AWS refuses/),
    });
  });

  it('tell a permission that is missing', async () => {
    answer = { status: 403, type: 'application/json', body: '{"code":"ACCESS_DENIED","message":"no"}' };

    const login = await checkLogin(patient());
    const permission = checkPermission(patient());

    expect(login.status).toBe('ok');
    await expect(permission).rejects.toMatchObject({ status: 502 });
  });
});

describe('judgeClock', () => {
  it.each([
    [900, 'ok', 'to 1 s'],
    [-59_000, 'ok', 'to 59 s'],
    [61_000, 'warning', '61 s behind'],
    [-300_000, 'problem', '300 s ahead of'],
  ])('calls a difference of %s ms %s', (skewMs, status, message) => {
    const finding = judgeClock(skewMs);

    expect(finding).toMatchObject({ status, message: expect.stringContaining(message) });
  });
});

describe('judgeLocalClock', () => {
  it.each([
    [900, 'ok', 'to 1 s'],
    [3_600_000, 'warning', 'moved 3600 s forward'],
    [-300_000, 'problem', '300 s ahead of'],
  ])('calls a difference of %s ms %s', (skewMs, status, message) => {
    const finding = judgeLocalClock(skewMs);

    expect(finding).toMatchObject({ status, message: expect.stringContaining(message) });
  });
});
