import { ISO_TIME, UUID } from '../../builders/emulator.ts';
import {
  PATIENT_ID,
  PATIENT_USER,
  PLUGIN_USER,
  STAFF,
  startUms,
  type UmsServer,
} from '../../builders/umsServer.ts';

const PUBLIC_KEY = 'GET /ums/v1/security/public-key';

let ums: UmsServer;

beforeEach(async () => {
  ums = await startUms();
});

afterEach(() => ums.close());

const login = async () => {
  const { username, password } = STAFF;
  const { body } = await ums.call('POST /ums/v2/users/login', { body: { username, password } });
  return (body as { accessJwt: { token: string } }).accessJwt.token;
};
const tryToken = async (token: string) => (await ums.call('GET /ums/v2/services', { token })).status;

describe('POST /emulator/keys/rotate', () => {
  const readKeys = async () => (await ums.call(PUBLIC_KEY)).body as Record<string, string>;

  it('publishes the new key beside the one before', async () => {
    const first = await readKeys();

    const { status, body } = await ums.call('POST /emulator/keys/rotate');

    const second = await readKeys();
    expect([status, body]).toEqual([200, second]);
    expect(second).toEqual({ publicKey: expect.any(String), previousPublicKey: first.publicKey });
    expect(second.publicKey).not.toBe(first.publicKey);
  });

  it('forgets the one before that', async () => {
    await ums.call('POST /emulator/keys/rotate');
    const second = await readKeys();

    await ums.call('POST /emulator/keys/rotate');

    expect(await readKeys()).toEqual({ publicKey: expect.any(String), previousPublicKey: second.publicKey });
  });

  it('keeps tokens good for one change, and not for two', async () => {
    const token = await login();
    await ums.call('POST /emulator/keys/rotate');
    const afterOne = [await tryToken(token), await tryToken(await login())];

    await ums.call('POST /emulator/keys/rotate');

    expect([afterOne, await tryToken(token)]).toEqual([[200, 200], 401]);
  });
});

describe('/emulator/clock', () => {
  it('runs tokens out when it is moved by half an hour', async () => {
    const token = await login();
    const { body: before } = await ums.call('GET /emulator/clock');

    const { status, body } = await ums.call('POST /emulator/clock', { body: { advanceSeconds: 1860 } });

    const [from, to] = [before, body].map((told) => Date.parse((told as { now: string }).now));
    expect([status, body]).toEqual([200, { now: ISO_TIME }]);
    expect(Math.round((Number(to) - Number(from)) / 10_000)).toBe(186);
    expect([await tryToken(token), await tryToken(await login())]).toEqual([401, 200]);
  });

  it.each([-1, '60', null, 1e12])('does not move by %j', async (advanceSeconds) => {
    const { status, body } = await ums.call('POST /emulator/clock', { body: { advanceSeconds } });

    expect([status, body]).toEqual([
      400,
      expect.objectContaining({ message: expect.stringContaining('advanceSeconds') }),
    ]);
  });
});

describe('/emulator/users/{who}/lock', () => {
  it.each([
    [STAFF.username, undefined, { locked: true }],
    [STAFF.username, { minutes: 10 }, { locked: true, lockedUntil: ISO_TIME }],
    [PLUGIN_USER.id, undefined, { locked: true }],
  ])('tells of %s with %j what it did', async (name, body, expected) => {
    const answer = await ums.call(`POST /emulator/users/${name}/lock`, { body });

    expect([answer.status, answer.body]).toEqual([200, { name, ...expected }]);
  });
});

describe('POST /emulator/users', () => {
  const jane = { username: 'jane@x', password: 'secret', entityTypeName: 'patient', entityId: PATIENT_ID };

  it('lets an entity log in, as a member of its organization', async () => {
    const ownerOrganizationId = 'f0000000-0000-4000-8000-000000000001';
    const patient = { _id: PATIENT_ID, _ownerOrganization: { id: ownerOrganizationId } };
    ums.state.entitiesOf('patient').set(PATIENT_ID, patient);
    const { status, body } = await ums.call('POST /emulator/users', { body: jane });

    const session = await ums.call('POST /ums/v2/users/login', { body: jane });

    const { password: _password, ...shown } = jane;
    const { id } = body as { id: string };
    expect([status, body]).toEqual([201, { ...shown, id: UUID, ownerOrganizationId }]);
    expect(session).toMatchObject({ status: 200, body: { userId: id, ownerOrganizationId } });
  });

  it.each<[number, object, string]>([
    [400, { password: '' }, 'password'],
    [400, { username: 5 }, 'username'],
    [400, { entityTypeName: 'device' }, 'entityTypeName must be one of'],
    [404, { entityId: 'nobody' }, 'no patient with the id nobody'],
    [409, { username: PATIENT_USER.username }, PATIENT_USER.username],
  ])('answers %i to %j', async (status, wrong, message) => {
    const answer = await ums.call('POST /emulator/users', { body: { ...jane, ...wrong } });

    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
  });
});
