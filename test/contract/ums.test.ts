import type { AnySchema } from 'ajv/dist/2020.js';
import type { Answer, Json } from '../builders/emulator.ts';
import { errorSchema, violationsOf } from '../builders/schema.ts';
import { PATIENT_USER, PLUGIN_USER, STAFF, startUms, type UmsServer } from '../builders/umsServer.ts';

const SERVICES = '/ums/v2/services';
const LOGIN = 'POST /ums/v2/users/login';
const REFRESH = 'POST /ums/v2/users/token/refresh';
const TOKEN_LOGIN = 'POST /ums/v2/users/token/login';
const ACCESS_TOKEN = `POST ${SERVICES}/accessToken`;
const UNKNOWN_ID = '00000000-0000-4000-8000-00000000dead';
const ROLE_ID = 'e0000000-0000-4000-8000-000000000001';

const uuid = { type: 'string', format: 'uuid' };
const time = { type: 'string', format: 'date-time' };
const jwt = { type: 'string', pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]{342}$' };
const spki = { type: 'string', pattern: '^[A-Za-z0-9+/]{392}$' };

const object = (properties: Json, required: string[]): AnySchema => ({
  type: 'object',
  required,
  additionalProperties: false,
  properties,
});
const token = object({ token: jwt, expiration: time }, ['token', 'expiration']);
const secretKey = object({ id: uuid, creationTime: time, secretKey: { type: 'string' } }, ['id']);
const serviceUserFields = {
  active: { type: 'boolean' },
  roleId: uuid,
  type: { enum: ['INTERNAL_SERVICE', 'EXTERNAL_SERVICE'] },
  ownerOrganizationId: uuid,
  name: { type: 'string', maxLength: 100 },
  accessTokenExpirationInMinutes: { type: 'integer', minimum: 1 },
  id: uuid,
};
const keyIds = { type: 'array', items: object({ id: uuid, creationTime: time }, ['id']) };
const serviceUser = object({ ...serviceUserFields, secretKeys: keyIds }, ['id', 'roleId', 'type']);
const metadata = { type: 'object', required: ['page'] };

const schemas = {
  login: object(
    {
      userId: uuid,
      ownerOrganizationId: uuid,
      accessJwt: token,
      refreshJwt: token,
      mfaRequired: { type: 'boolean' },
      mfaExpiration: time,
      passwordResetRequired: { type: 'boolean' },
      phone: { type: 'string' },
    },
    ['userId', 'ownerOrganizationId', 'accessJwt'],
  ),
  accessToken: object({ accessToken: jwt, accessTokenExpiration: time }, [
    'accessToken',
    'accessTokenExpiration',
  ]),
  publicKey: object({ publicKey: spki, previousPublicKey: spki }, []),
  createdServiceUser: object({ ...serviceUserFields, secretKeyData: secretKey }, ['id', 'roleId', 'type']),
  serviceUser,
  serviceUsers: object({ data: { type: 'array', items: serviceUser }, metadata }, ['data', 'metadata']),
  secretKey,
  health: object(
    { version: { type: 'string' }, springVersion: { type: 'string' }, traceId: { type: 'string' } },
    ['version', 'springVersion', 'traceId'],
  ),
  nothing: { not: {} },
};

let ums: UmsServer;
let staff: string;
let refreshToken: string;

beforeEach(async () => {
  ums = await startUms();
  const { body } = await ums.call(LOGIN, { body: credentials });
  const session = body as { accessJwt: { token: string }; refreshJwt: { token: string } };
  staff = session.accessJwt.token;
  refreshToken = session.refreshJwt.token;
});

afterEach(() => ums.close());

const credentials = { username: STAFF.username, password: STAFF.password };
const pluginKey = { id: PLUGIN_USER.id, secretKey: 'secret' };
const newServiceUser = (more: Json = {}) => ({ roleId: ROLE_ID, type: 'EXTERNAL_SERVICE', ...more });
const asStaff = (call: string, body?: unknown) =>
  ums.call(call, { token: staff, ...(body !== undefined && { body }) });

describe('each route', () => {
  it.each<[string, [number, keyof typeof schemas], () => Promise<Answer>]>([
    [LOGIN, [200, 'login'], () => ums.call(LOGIN, { body: credentials })],
    [REFRESH, [200, 'login'], () => ums.call(REFRESH, { body: { refreshToken } })],
    [TOKEN_LOGIN, [200, 'login'], () => ums.call(TOKEN_LOGIN, { body: { refreshToken } })],
    [ACCESS_TOKEN, [200, 'accessToken'], () => ums.call(ACCESS_TOKEN, { body: pluginKey })],
    [
      'GET /ums/v1/security/public-key',
      [200, 'publicKey'],
      () => ums.call('GET /ums/v1/security/public-key'),
    ],
    [`POST ${SERVICES}`, [201, 'createdServiceUser'], () => asStaff(`POST ${SERVICES}`, newServiceUser())],
    [`GET ${SERVICES}`, [200, 'serviceUsers'], () => asStaff(`GET ${SERVICES}`)],
    [`GET ${SERVICES}/{id}`, [200, 'serviceUser'], () => asStaff(`GET ${SERVICES}/${PLUGIN_USER.id}`)],
    [
      `PATCH ${SERVICES}/{id}`,
      [200, 'serviceUser'],
      () => asStaff(`PATCH ${SERVICES}/${PLUGIN_USER.id}`, { active: false }),
    ],
    [`DELETE ${SERVICES}/{id}`, [204, 'nothing'], () => asStaff(`DELETE ${SERVICES}/${PLUGIN_USER.id}`)],
    [
      `POST ${SERVICES}/{id}/secret-keys`,
      [201, 'secretKey'],
      () => asStaff(`POST ${SERVICES}/${PLUGIN_USER.id}/secret-keys`),
    ],
    [
      'POST /ums/v2/users/logout',
      [200, 'nothing'],
      () => ums.call('POST /ums/v2/users/logout', { body: { refreshToken } }),
    ],
    ['GET /ums/system/healthCheck', [200, 'health'], () => ums.call('GET /ums/system/healthCheck')],
  ])('%s answers with %j', async (_route, [status, schema], send) => {
    const answer = await send();

    expect([answer.status, holds(schemas[schema], answer)]).toEqual([status, []]);
  });

  const holds = (schema: AnySchema, { body }: Answer) =>
    schema === schemas.nothing ? [body].filter(Boolean) : violationsOf(schema, body);
});

type Refusal = [status: number, code: string, details: Json];

describe('each documented refusal', () => {
  const lock = (who: string, body: Json = {}) => ums.call(`POST /emulator/users/${who}/lock`, { body });

  it.each<[string, Refusal, () => Promise<Answer>]>([
    [
      'a wrong password',
      [403, 'LOGIN_FAILED', {}],
      () => ums.call(LOGIN, { body: { ...credentials, password: 'x' } }),
    ],
    [
      'a locked user',
      [401, 'USER_LOCKED', {}],
      async () => {
        await lock(STAFF.username);
        return ums.call(LOGIN, { body: credentials });
      },
    ],
    [
      'a user locked for a time',
      [401, 'USER_LOCKED_WITH_TIME', { timeLeftInMinutes: 10 }],
      async () => {
        await lock(STAFF.username, { minutes: 10 });
        return ums.call(LOGIN, { body: credentials });
      },
    ],
    [
      'refreshing with nonsense',
      [403, 'REFRESH_TOKEN_NOT_VALID', {}],
      () => ums.call(REFRESH, { body: { refreshToken: 'nonsense' } }),
    ],
    [
      'refreshing for a locked user',
      [403, 'LOGIN_FAILED', {}],
      async () => {
        await lock(STAFF.username);
        return ums.call(REFRESH, { body: { refreshToken } });
      },
    ],
    [
      'a login with an access token in the place of the refresh token',
      [403, 'LOGIN_FAILED', {}],
      () => ums.call(TOKEN_LOGIN, { body: { refreshToken: staff } }),
    ],
    [
      'a wrong secret key',
      [403, 'LOGIN_FAILED', {}],
      () => ums.call(ACCESS_TOKEN, { body: { ...pluginKey, secretKey: 'x' } }),
    ],
    [
      'a locked service user',
      [401, 'SERVICE_LOCKED', {}],
      async () => {
        await lock(PLUGIN_USER.id);
        return ums.call(ACCESS_TOKEN, { body: pluginKey });
      },
    ],
    ['no token', [401, 'TOKEN_NOT_VALID', {}], () => ums.call(`GET ${SERVICES}`)],
    [
      'a token without the permission',
      [403, 'ACCESS_DENIED', {}],
      async () => {
        const { body } = await ums.call(ACCESS_TOKEN, { body: pluginKey });
        return ums.call(`GET ${SERVICES}`, { token: (body as { accessToken: string }).accessToken });
      },
    ],
    [
      'a new service user without a role and a type',
      [400, 'MISSING_PARAMETERS', { parameters: ['roleId', 'type'] }],
      () => asStaff(`POST ${SERVICES}`, {}),
    ],
    [
      'a type that there is not',
      [400, 'SERVICE_TYPE_NOT_ALLOWED', { attributeName: 'type', value: 'DEVICE' }],
      () => asStaff(`POST ${SERVICES}`, newServiceUser({ type: 'DEVICE' })),
    ],
    [
      'an organization that there is not',
      [404, 'OWNER_ORGANIZATION_NOT_FOUND', { id: UNKNOWN_ID }],
      () => asStaff(`POST ${SERVICES}`, newServiceUser({ ownerOrganizationId: UNKNOWN_ID })),
    ],
    [
      'a name that somebody has',
      [409, 'SERVICE_NAME_ALREADY_EXISTS', { name: PLUGIN_USER.name }],
      () => asStaff(`POST ${SERVICES}`, newServiceUser({ name: PLUGIN_USER.name })),
    ],
    [
      'one key too many',
      [409, 'MAX_SECRET_KEYS', { serviceId: PLUGIN_USER.id, maxSecretKeys: 2 }],
      async () => {
        await asStaff(`POST ${SERVICES}/${PLUGIN_USER.id}/secret-keys`);
        return asStaff(`POST ${SERVICES}/${PLUGIN_USER.id}/secret-keys`);
      },
    ],
    ...['GET', 'PATCH', 'DELETE'].map((method): [string, Refusal, () => Promise<Answer>] => [
      `${method} of a service user that there is not`,
      [404, 'SERVICE_USER_NOT_FOUND', { id: UNKNOWN_ID }],
      () => asStaff(`${method} ${SERVICES}/${UNKNOWN_ID}`, method === 'PATCH' ? {} : undefined),
    ]),
    [
      'a key for a service user that there is not',
      [404, 'SERVICE_USER_NOT_FOUND', { id: UNKNOWN_ID }],
      () => asStaff(`POST ${SERVICES}/${UNKNOWN_ID}/secret-keys`),
    ],
  ])('answers to %s with %j', async (_what, [status, code, details], send) => {
    const answer = await send();

    expect(violationsOf(errorSchema, answer.body)).toEqual([]);
    expect(answer).toMatchObject({ status, body: { code, details } });
  });

  it.each([
    ['name', { name: 'x'.repeat(101) }],
    ['accessTokenExpirationInMinutes', { accessTokenExpirationInMinutes: 0 }],
    ['accessTokenExpirationInMinutes', { accessTokenExpirationInMinutes: 1e15 }],
    ['roleId', { roleId: 'admin' }],
    ['active', { active: 'yes' }],
    ['ownerOrganizationId', { ownerOrganizationId: 5 }],
  ])('answers 400 that names the wrong %s of a new service user', async (field, wrong) => {
    const answer = await asStaff(`POST ${SERVICES}`, newServiceUser(wrong));

    expect(violationsOf(errorSchema, answer.body)).toEqual([]);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(field) } });
  });
});

describe('who may call', () => {
  it('refuses each route of service users to a patient', async () => {
    const { password, username } = PATIENT_USER;
    const { body } = await ums.call(LOGIN, { body: { username, password } });
    const { token: patient } = (body as { accessJwt: { token: string } }).accessJwt;
    const calls = [
      ...[`POST ${SERVICES}`, `GET ${SERVICES}`, `POST ${SERVICES}/${PLUGIN_USER.id}/secret-keys`],
      ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} ${SERVICES}/${PLUGIN_USER.id}`),
    ];

    const answers = await Promise.all(calls.map((call) => ums.call(call, { token: patient })));

    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 403));
  });
});
