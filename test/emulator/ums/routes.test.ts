import { createPublicKey, verify } from 'node:crypto';
import {
  errorBody,
  ISO_TIME,
  type Json,
  newPatient,
  ORGANIZATION_ID,
  PATIENTS,
  PLUGINS,
  recording,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  UUID,
} from '../../builders/emulator.ts';

const LOGIN = 'POST /ums/v2/users/login';
const ACCESS_TOKEN = 'POST /ums/v2/services/accessToken';
const PUBLIC_KEY = 'GET /ums/v1/security/public-key';

const JWT = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{342}$/);

let biot: TestEmulator;
let serviceUser: { id: string; secretKey: string };

beforeAll(async () => {
  biot = await startTestEmulator();
  const { endpointUrl } = await biot.deploy({
    name: 'whoami',
    code: `exports.handler = async () => ({
      id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY });`,
  });
  serviceUser = (await (await fetch(endpointUrl)).json()) as typeof serviceUser;
});

afterAll(() => biot.close());

const decode = (part: string | undefined): Json =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Json;

const userLogin = async () => {
  const { body } = await biot.call(LOGIN, {
    body: { username: biot.username, password: biot.password },
    token: null,
  });
  return (body as { accessJwt: { token: string; expiration: string } }).accessJwt;
};

const serviceLogin = async () => {
  const { body } = await biot.call(ACCESS_TOKEN, { body: serviceUser, token: null });
  return body as { accessToken: string; accessTokenExpiration: string };
};

describe('user login', () => {
  it('answers 200 with the user, the organization and an access token', async () => {
    const body = { username: biot.username, password: biot.password };

    const answer = await biot.call(LOGIN, { body, token: null });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        userId: UUID,
        ownerOrganizationId: ORGANIZATION_ID,
        accessJwt: { token: JWT, expiration: ISO_TIME },
        refreshJwt: { token: JWT, expiration: ISO_TIME },
        mfaRequired: false,
        passwordResetRequired: false,
      },
    });
  });

  it.each<[string, () => unknown]>([
    ['the password is wrong', () => ({ username: biot.username, password: 'wrong' })],
    ['the password is empty', () => ({ username: biot.username, password: '' })],
    ['the password is absent', () => ({ username: biot.username })],
    ['nobody has that name', () => ({ username: 'nobody@local.biot', password: biot.password })],
    ['it has no body', () => undefined],
  ])('refuses with 403 LOGIN_FAILED when %s', async (_name, body) => {
    const answer = await biot.call(LOGIN, { body: body(), token: null });

    expect(answer).toMatchObject({ status: 403, body: errorBody('LOGIN_FAILED') });
  });
});

describe('service user access token', () => {
  it('answers 200 with a token and its expiration, and nothing else', async () => {
    const answer = await biot.call(ACCESS_TOKEN, { body: serviceUser, token: null });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      accessToken: JWT,
      accessTokenExpiration: ISO_TIME,
    });
  });

  it.each<[string, () => unknown]>([
    ['the secret is wrong', () => ({ ...serviceUser, secretKey: 'wrong' })],
    ['the secret is absent', () => ({ id: serviceUser.id })],
    ['the service user is unknown', () => ({ ...serviceUser, id: ORGANIZATION_ID })],
    ['it has no body', () => undefined],
  ])('refuses with 403 LOGIN_FAILED when %s', async (_name, body) => {
    const answer = await biot.call(ACCESS_TOKEN, { body: body(), token: null });

    expect(answer).toMatchObject({ status: 403, body: errorBody('LOGIN_FAILED') });
  });

  it('refuses a service user whose plugin was deleted', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'shortLived',
      code: `exports.handler = async () => ({
        id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY });`,
    });
    const body = await (await fetch(endpointUrl)).json();
    const before = await biot.call(ACCESS_TOKEN, { body, token: null });
    await biot.call(`DELETE ${PLUGINS}/shortLived`);

    const after = await biot.call(ACCESS_TOKEN, { body, token: null });
    const { accessToken } = before.body as { accessToken: string };
    const refused = await biot.call('GET /settings/v1/templates/minimized', { token: accessToken });

    expect([before.status, after.status]).toEqual([200, 403]);
    expect(after.body).toEqual(errorBody('LOGIN_FAILED'));
    expect(refused).toMatchObject({ status: 401, body: errorBody('TOKEN_NOT_VALID') });
  });
});

describe('tokens', () => {
  it.each<[string, () => Promise<string>]>([
    ['a person', async () => (await userLogin()).token],
    ['a plugin', async () => (await serviceLogin()).accessToken],
  ])('have for %s exactly the header {"alg":"RS512"}', async (_name, issue) => {
    const token = await issue();

    expect(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).toBe('{"alg":"RS512"}');
  });

  it('hold for a person the claims of a user', async () => {
    const { token, expiration } = await userLogin();

    expect(decode(token.split('.')[1])).toEqual({
      refreshTokenId: UUID,
      tenantId: ORGANIZATION_ID,
      scopes: expect.arrayContaining(['PROTECTED_API', 'SETTINGS_PLUGIN_CREATE']),
      tokenType: 'USER',
      jti: UUID,
      sub: biot.userId,
      exp: Date.parse(expiration) / 1000,
    });
  });

  it('hold for a plugin the claims of a service user, and no scope to deploy', async () => {
    const { accessToken, accessTokenExpiration } = await serviceLogin();

    expect(decode(accessToken.split('.')[1])).toEqual({
      serviceUserId: serviceUser.id,
      scopes: ['PROTECTED_API'],
      tokenType: 'SERVICE_INTERNAL',
      jti: UUID,
      exp: Date.parse(accessTokenExpiration) / 1000,
    });
  });

  it('live for thirty minutes', async () => {
    const before = Math.floor(Date.now() / 1000);

    const { accessToken } = await serviceLogin();

    const life = Number(decode(accessToken.split('.')[1]).exp) - before;
    expect([1800, 1801, 1802]).toContain(life);
  });
});

describe('public key', () => {
  it('is the bare base64 of a SubjectPublicKeyInfo of 2048 bits', async () => {
    const { status, body } = await biot.call(PUBLIC_KEY, { token: null });

    const { publicKey } = body as { publicKey: string };
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    expect({ status, body }).toEqual({ status: 200, body: { publicKey: expect.any(String) } });
    expect(publicKey).toMatch(/^[A-Za-z0-9+/]{392}$/);
    expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n });
  });

  it('verifies a token', async () => {
    const { body } = await biot.call(PUBLIC_KEY, { token: null });
    const pem = `-----BEGIN PUBLIC KEY-----\n${(body as Json).publicKey}\n-----END PUBLIC KEY-----`;
    const [header, claims, signature = ''] = (await serviceLogin()).accessToken.split('.');

    const isValid = verify(
      'RSA-SHA512',
      Buffer.from(`${header}.${claims}`),
      pem,
      Buffer.from(signature, 'base64url'),
    );

    expect(isValid).toBe(true);
  });
});

describe('the login of a patient', () => {
  it('reaches who subscribes to it, with the patient', async () => {
    const recorder = await startRecorder();
    await biot.deploy({
      name: 'greeter',
      code: recording(recorder, 'body', 'return 1;'),
      subscriptions: { notifications: [{ entityTypeName: 'patient', actionName: '_login' }] },
    });
    const patient = (await biot.call(`POST ${PATIENTS}`, { body: newPatient() })).body as { _id: string };
    const user = { username: 'jane@local.biot', password: 'secret' };
    const body = { ...user, entityTypeName: 'patient', entityId: patient._id };
    const { body: created } = await biot.call('POST /emulator/users', { body });

    await biot.call(LOGIN, { body: user, token: null });

    const [event] = await recorder.until(1);
    await recorder.close();
    expect(event).toMatchObject({
      metadata: {
        entityTypeName: 'patient',
        actionName: '_login',
        initiator: { subject: { id: (created as Json).id } },
      },
      data: { entity: { _id: patient._id } },
    });
  });
});
