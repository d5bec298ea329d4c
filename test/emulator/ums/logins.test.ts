import type { Json } from '../../builders/emulator.ts';
import {
  PATIENT_ID,
  PATIENT_USER,
  PLUGIN_USER,
  STAFF,
  startUms,
  type UmsServer,
} from '../../builders/umsServer.ts';

const MINUTE_MS = 60_000;
const ACCESS_TOKEN = 'POST /ums/v2/services/accessToken';

type Session = {
  userId: string;
  accessJwt: { token: string };
  refreshJwt: { token: string; expiration: string };
};

let ums: UmsServer;

beforeEach(async () => {
  ums = await startUms();
});

afterEach(() => ums.close());

const login = (password = STAFF.password, { username } = STAFF) =>
  ums.call('POST /ums/v2/users/login', { body: { username, password } });
const openSession = async () => (await login()).body as Session;
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string } | undefined)?.code ?? 'no code';

describe('wrong passwords', () => {
  const fail = async (times: number) => {
    const codes: string[] = [];
    for (let i = 0; i < times; i += 1) codes.push(codeOf(await login('wrong')));
    return codes;
  };

  it('lock the user for fifteen minutes after the fifth in a row', async () => {
    const codes = await fail(5);

    const { status, body } = await login();

    expect(codes).toEqual(Array(5).fill('LOGIN_FAILED'));
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'USER_LOCKED_WITH_TIME', details: { timeLeftInMinutes: 15 } });
  });

  it('are forgotten with a right one', async () => {
    await fail(4);
    await login();
    await fail(4);

    const { status } = await login();

    expect(status).toBe(200);
  });

  it('lock nobody else', async () => {
    await fail(5);

    const { status } = await login(PATIENT_USER.password, PATIENT_USER);

    expect(status).toBe(200);
  });

  it.each([
    [10 * MINUTE_MS, 401, 5],
    [14 * MINUTE_MS + 30_000, 401, 1],
    [15 * MINUTE_MS, 200, undefined],
  ])('have, %i ms later, the answer %i', async (ms, status, timeLeftInMinutes) => {
    await fail(5);
    ums.clock.advance(ms);

    const answer = await login();

    const { details } = answer.body as { details?: Json };
    expect([answer.status, details?.timeLeftInMinutes]).toEqual([status, timeLeftInMinutes]);
  });
});

describe('a lock on demand', () => {
  it('lasts until it is taken away', async () => {
    await ums.call(`POST /emulator/users/${STAFF.username}/lock`);
    ums.clock.advance(1000 * MINUTE_MS);
    const locked = await login();

    await ums.call(`POST /emulator/users/${STAFF.username}/unlock`);

    expect([codeOf(locked), (await login()).status]).toEqual(['USER_LOCKED', 200]);
  });

  it.each([PLUGIN_USER.id, PLUGIN_USER.name])('is also for the service user %s', async (who) => {
    const body = { id: PLUGIN_USER.id, secretKey: 'secret' };
    await ums.call(`POST /emulator/users/${who}/lock`);
    const locked = await ums.call(ACCESS_TOKEN, { body });

    await ums.call(`POST /emulator/users/${who}/unlock`);

    const unlocked = await ums.call(ACCESS_TOKEN, { body });
    expect([codeOf(locked), unlocked.status]).toEqual(['SERVICE_LOCKED', 200]);
  });

  it.each<[number, string, unknown]>([
    [404, 'nobody', undefined],
    [400, STAFF.username, { minutes: 0 }],
    [400, STAFF.username, { minutes: 'ten' }],
    [400, PLUGIN_USER.id, { minutes: 5 }],
  ])('is refused with %i for %s and %j', async (status, who, body) => {
    const answer = await ums.call(`POST /emulator/users/${who}/lock`, { body });

    expect(answer.status).toBe(status);
  });
});

describe('a refresh token', () => {
  const use = (route: string, refreshToken: unknown) =>
    ums.call(`POST /ums/v2/users/${route}`, { body: { refreshToken } });

  it('gives a new access token of the same session, and stays as it is', async () => {
    const { userId, accessJwt, refreshJwt } = await openSession();

    const { body } = await use('token/refresh', refreshJwt.token);

    const refreshed = body as Session;
    expect([refreshed.userId, refreshed.refreshJwt]).toEqual([userId, refreshJwt]);
    expect(claimsOf(refreshed.accessJwt.token).refreshTokenId).toBe(claimsOf(accessJwt.token).refreshTokenId);
    expect(refreshed.accessJwt.token).not.toBe(accessJwt.token);
  });

  it('gives by token/login a new pair', async () => {
    const { refreshJwt } = await openSession();

    const { body } = await use('token/login', refreshJwt.token);

    const { refreshJwt: second, accessJwt } = body as Session;
    expect(second.token).not.toBe(refreshJwt.token);
    expect(claimsOf(accessJwt.token).refreshTokenId).toBe(claimsOf(second.token).jti);
  });

  it('is not good for calling an API', async () => {
    const { refreshJwt } = await openSession();

    const { status } = await ums.call('GET /ums/v2/services', { token: refreshJwt.token });

    expect(status).toBe(401);
  });

  it.each<[string, (token: string) => Promise<unknown>]>([
    ['its user logged out', (token) => use('logout', token)],
    ['a day has gone', async () => ums.clock.advance(24 * 60 * MINUTE_MS + 1000)],
    ['its user is gone', async () => ums.state.users.delete(STAFF.username)],
  ])('is worth nothing when %s', async (_name, end) => {
    const { refreshJwt } = await openSession();
    await end(refreshJwt.token);

    const answers = [
      await use('token/refresh', refreshJwt.token),
      await use('token/login', refreshJwt.token),
    ];

    expect(answers.map(codeOf)).toEqual(['REFRESH_TOKEN_NOT_VALID', 'LOGIN_FAILED']);
  });

  it.each([undefined, 5, ''])(
    'that is %s is refused, and a logout with it changes nothing',
    async (nothing) => {
      const logout = await use('logout', nothing);

      const answer = await use('token/refresh', nothing);

      expect([logout.status, answer.status]).toEqual([200, 403]);
    },
  );

  it('is forgotten with its end, so that logouts do not pile up', async () => {
    const first = await openSession();
    await use('logout', first.refreshJwt.token);
    ums.clock.advance(25 * 60 * MINUTE_MS);
    const second = await openSession();

    await use('logout', second.refreshJwt.token);

    expect([...ums.state.endedSessions.keys()]).toEqual([claimsOf(second.refreshJwt.token).jti]);
  });
});

describe('the logins of a patient', () => {
  it('are announced with its logout, each as an action on the patient', async () => {
    const { body } = await login(PATIENT_USER.password, PATIENT_USER);
    const refreshToken = (body as Session).refreshJwt.token;
    await ums.call('POST /ums/v2/users/token/login', { body: { refreshToken } });

    await ums.call('POST /ums/v2/users/logout', { body: { refreshToken } });

    expect(ums.logins.map(({ actionName, origin }) => [actionName, origin.apiId])).toEqual([
      ['_login', 'POST/ums/v2/users/login'],
      ['_login', 'POST/ums/v2/users/token/login'],
      ['_logout', 'POST/ums/v2/users/logout'],
    ]);
    expect(ums.logins[0]).toEqual({
      origin: {
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        apiId: 'POST/ums/v2/users/login',
        call: 'POST /ums/v2/users/login',
      },
      entityTypeName: 'patient',
      actionName: '_login',
      entity: { _id: PATIENT_ID },
      startedAt: expect.any(Date),
      initiatorId: PATIENT_USER.id,
      sourceIpAddress: expect.stringContaining('127.0.0.1:'),
    });
  });

  it('are announced of nobody who is no entity, nor of a failure', async () => {
    await login();

    await login('wrong', PATIENT_USER);

    expect(ums.logins).toEqual([]);
  });
});

describe('a user whose patient', () => {
  it.each<[string, () => unknown]>([
    ['is deleted', () => ums.state.entitiesOf('patient').delete(PATIENT_ID)],
    [
      'is disabled',
      () => ums.state.entitiesOf('patient').set(PATIENT_ID, { _id: PATIENT_ID, _enabled: 'DISABLED' }),
    ],
  ])('%s neither logs in nor refreshes', async (_what, change) => {
    const { refreshJwt } = (await login(PATIENT_USER.password, PATIENT_USER)).body as Session;
    change();

    const answers = [
      await login(PATIENT_USER.password, PATIENT_USER),
      await ums.call('POST /ums/v2/users/token/refresh', { body: { refreshToken: refreshJwt.token } }),
    ];

    expect(answers.map(codeOf)).toEqual(['LOGIN_FAILED', 'REFRESH_TOKEN_NOT_VALID']);
  });
});
