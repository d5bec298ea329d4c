import {
  type Answer,
  itWithRegistry,
  type Json,
  PLUGINS,
  pluginForm,
  startTestEmulator,
  type TestEmulator,
  zip,
} from '../builders/emulator.ts';
import { errorSchema, violationsOf } from '../builders/schema.ts';

const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const TIME = { type: 'string', format: 'date-time' };
const ORDER = { type: 'integer', minimum: 1, maximum: 2_147_483_647 };

const pluginSchema = {
  type: 'object',
  required: [
    ...['name', 'displayName', 'version', 'endpointUrl', 'linkToConsole', 'creationTime'],
    'lastModifiedTime',
  ],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 57, pattern: '^[a-zA-Z0-9_-]+$' },
    displayName: { type: 'string', maxLength: 255 },
    version: { type: 'integer', minimum: 1, maximum: 32_767 },
    runtime: { type: ['string', 'null'], maxLength: 50 },
    handler: { type: ['string', 'null'], maxLength: 1024 },
    timeout: { type: 'integer', minimum: 1, maximum: 900 },
    memorySize: { type: 'integer', minimum: 128, maximum: 10_240 },
    ephemeralStorage: { type: 'integer', minimum: 512, maximum: 10_240 },
    environmentVariables: { type: 'object', additionalProperties: TEXT },
    subscriptions: {
      type: 'object',
      required: ['interceptionOrder', 'interceptions', 'notifications'],
      additionalProperties: false,
      properties: {
        interceptionOrder: ORDER,
        interceptions: {
          type: 'array',
          items: {
            type: 'object',
            required: ['type'],
            additionalProperties: false,
            properties: {
              type: { enum: ['PRE_REQUEST', 'POST_REQUEST', 'ADAPT_ENTITY'] },
              apiId: { type: ['string', 'null'] },
              entityTypeName: { type: ['string', 'null'] },
              order: ORDER,
            },
          },
        },
        notifications: {
          type: 'array',
          items: {
            type: 'object',
            required: ['entityTypeName', 'actionName'],
            additionalProperties: false,
            properties: { entityTypeName: TEXT, actionName: TEXT, templateName: TEXT },
          },
        },
      },
    },
    enabledState: { enum: ['ENABLED', 'DISABLED'] },
    cronSchedule: { type: 'string', maxLength: 250 },
    deploymentPackageType: { enum: ['ZIP', 'IMAGE'] },
    analyticsDbAccess: { type: 'boolean' },
    cors: {
      type: 'object',
      additionalProperties: false,
      properties: {
        allowOrigins: TEXTS,
        allowMethods: {
          type: 'array',
          items: { enum: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'] },
        },
        allowHeaders: TEXTS,
        exposeHeaders: TEXTS,
      },
    },
    endpointUrl: { type: 'string', format: 'uri' },
    linkToConsole: { type: 'string', format: 'uri' },
    creationTime: TIME,
    lastModifiedTime: TIME,
  },
};

const pageOf = (items: object) => ({
  type: 'object',
  required: ['data', 'metadata'],
  additionalProperties: false,
  properties: {
    data: { type: 'array', minItems: 1, items },
    metadata: {
      type: 'object',
      additionalProperties: false,
      properties: {
        sort: {
          type: 'array',
          items: {
            type: 'object',
            required: ['prop'],
            additionalProperties: false,
            properties: { prop: TEXT, order: { enum: ['ASC', 'DESC'] } },
          },
        },
        filter: { type: 'object' },
        page: {
          type: 'object',
          additionalProperties: false,
          properties: {
            totalResults: { type: 'integer' },
            page: { type: 'integer', minimum: 0 },
            limit: { type: 'integer', minimum: 1 },
          },
        },
        freeTextSearch: TEXT,
      },
    },
  },
});

const interceptionSchema = {
  type: 'object',
  required: ['entityTypeName', 'servicePrefix'],
  additionalProperties: false,
  properties: { entityTypeName: TEXT, servicePrefix: TEXT, apiId: TEXT },
};

const actionFields = ['entityName', 'entityDisplayName', 'actionName', 'actionDisplayName'];
const actionsSchema = {
  type: 'object',
  required: ['entityTypes'],
  additionalProperties: false,
  properties: {
    entityTypes: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: actionFields,
        additionalProperties: false,
        properties: Object.fromEntries(actionFields.map((field) => [field, TEXT])),
      },
    },
  },
};

const credentialsSchema = {
  type: 'object',
  required: ['credentials', 'region', 'repositoryUri'],
  additionalProperties: false,
  properties: {
    credentials: {
      type: 'object',
      required: ['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiration'],
      additionalProperties: false,
      properties: { accessKeyId: TEXT, secretAccessKey: TEXT, sessionToken: TEXT, expiration: TIME },
    },
    region: TEXT,
    repositoryUri: { type: 'string', pattern: '^[^/]+/[^/]+$' },
  },
};

/** The error body with this code and exactly these keys in its details. */
const refusalSchema = (code: string, details: string[] = []) => ({
  allOf: [errorSchema],
  properties: {
    code: { const: code },
    details: {
      type: 'object',
      required: details,
      additionalProperties: false,
      properties: Object.fromEntries(details.map((key) => [key, true])),
    },
  },
});

const CODE = zip('exports.handler = async () => ({ ok: true });');
const PRE = { type: 'PRE_REQUEST', apiId: 'POST/device/v2/devices', order: 3 };
const FULL = {
  name: 'full',
  displayName: 'Full',
  version: 2,
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  environmentVariables: { COLOUR: 'blue' },
  subscriptions: {
    interceptionOrder: 2,
    interceptions: [PRE, { type: 'ADAPT_ENTITY', entityTypeName: 'device' }],
    notifications: [{ entityTypeName: 'device', actionName: '_create', templateName: 'DeviceType1' }],
  },
  cronSchedule: '0 6 * * ? *',
};
const IMAGE = { ...FULL, name: 'image', deploymentPackageType: 'IMAGE', imageTag: 'unknown' };

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
  await biot.call(`POST ${PLUGINS}`, { body: pluginForm(FULL, CODE) });
});

afterAll(() => biot.close());

const send = (call: string, config?: Json, code?: Buffer): Promise<Answer> =>
  biot.call(call, config ? { body: pluginForm(config, code) } : {});

const violations = ({ status, body }: Answer, schema: object) => ({
  status,
  violations: violationsOf(schema, body),
});

describe('the settings service', () => {
  it.each<[string, () => Promise<Answer>, number, object]>([
    [
      'POST /settings/v2/plugins',
      () => send(`POST ${PLUGINS}`, { name: 'small', displayName: 'Small', version: 1 }, CODE),
      201,
      pluginSchema,
    ],
    ['GET /settings/v2/plugins', () => send(`GET ${PLUGINS}`), 200, pageOf(pluginSchema)],
    ['GET /settings/v2/plugins/{name}', () => send(`GET ${PLUGINS}/full`), 200, pluginSchema],
    [
      'PATCH /settings/v2/plugins/{name}',
      () => send(`PATCH ${PLUGINS}/full`, { timeout: 5 }),
      200,
      pluginSchema,
    ],
    [
      'PUT /settings/v2/plugins/{name}',
      () => send(`PUT ${PLUGINS}/full`, { ...FULL, version: 3 }, CODE),
      200,
      pluginSchema,
    ],
    [
      'GET /settings/v1/interceptions',
      () => send('GET /settings/v1/interceptions'),
      200,
      pageOf(interceptionSchema),
    ],
    ...['v1', 'v2'].map((version): [string, () => Promise<Answer>, number, object] => [
      `GET /settings/${version}/entity-types/action-notifications`,
      () => send(`GET /settings/${version}/entity-types/action-notifications`),
      200,
      actionsSchema,
    ]),
  ])('answers %s as its schema says', async (_name, act, ...[status, schema]) => {
    const answer = await act();

    expect(violations(answer, schema)).toEqual({ status, violations: [] });
  });

  it('answers DELETE /settings/v2/plugins/{name} with nothing', async () => {
    await send(`POST ${PLUGINS}`, { name: 'gone', displayName: 'Gone', version: 1 }, CODE);

    const { status, text } = await send(`DELETE ${PLUGINS}/gone`);

    expect({ status, text }).toEqual({ status: 204, text: '' });
  });

  itWithRegistry('answers GET …/docker-repository/temp-credentials as its schema says', async () => {
    const answer = await send(`GET ${PLUGINS}/docker-repository/temp-credentials`);

    expect(violations(answer, credentialsSchema)).toEqual({ status: 200, violations: [] });
  });

  const orderOf = (order: number) => ({ subscriptions: { interceptionOrder: order } });
  const interceptionOf = (interception: Json) => ({ subscriptions: { interceptions: [interception] } });

  describe.each<[string, (config: Json, code?: Buffer) => Promise<Answer>]>([
    ['POST', (config, code = CODE) => send(`POST ${PLUGINS}`, { ...FULL, name: 'refused', ...config }, code)],
    ['PATCH', (config, code) => send(`PATCH ${PLUGINS}/full`, config, code)],
  ])('refuses %s', (_method, act) => {
    it.each<[string, number, Json, string[]]>([
      [
        'ENVIRONMENT_VARIABLES_CANNOT_START_WITH_RESERVED_PREFIX',
        400,
        { environmentVariables: { BIOT_X: 'x' } },
        ['environmentVariable', 'reservedPrefix'],
      ],
      [
        'INTERCEPTION_MUST_HAVE_CORRECT_API_ID_NULL_VALUE_FOR_TYPE',
        400,
        interceptionOf({ type: 'POST_REQUEST' }),
        ['type', 'correctValue', 'apiId'],
      ],
      [
        'INTERCEPTION_ORDER_CANNOT_BE_RESERVED_ORDER',
        400,
        orderOf(2_147_483_647),
        ['order', 'reservedOrder'],
      ],
      [
        'INTERCEPTION_CONFIGURATION_NOT_FOUND',
        404,
        interceptionOf({ ...PRE, apiId: 'POST/device/v1/devices' }),
        ['value', 'fieldName'],
      ],
      ['PLUGIN_REQUEST_VALIDATION_FAILED', 400, { timeout: 901 }, []],
      ['AWS_EXCEPTION', 500, { environmentVariables: { AWS_REGION: 'x' } }, ['className']],
    ])('with %s', async (code, status, ...[config, details]) => {
      const answer = await act(config);

      expect(violations(answer, refusalSchema(code, details))).toEqual({ status, violations: [] });
    });
  });

  it.each<[string, () => Promise<Answer>, number, string, string[]]>([
    [
      'POST of a name that is taken',
      () => send(`POST ${PLUGINS}`, FULL, CODE),
      409,
      'PLUGIN_EXISTS_BY_NAME',
      ['pluginName'],
    ],
    [
      'POST of code with an image',
      () => send(`POST ${PLUGINS}`, IMAGE, CODE),
      400,
      'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE',
      [],
    ],
    ['POST of an unknown image', () => send(`POST ${PLUGINS}`, IMAGE), 404, 'PLUGIN_IMAGE_TAG_NOT_FOUND', []],
    [
      'POST of code that is no ZIP',
      () => send(`POST ${PLUGINS}`, { ...FULL, name: 'broken' }, Buffer.from('no ZIP')),
      500,
      'AWS_EXCEPTION',
      ['className'],
    ],
    [
      'PATCH of code without a larger version',
      () => send(`PATCH ${PLUGINS}/full`, {}, CODE),
      400,
      'PLUGIN_VERSION_MUST_BE_LARGER_WHEN_UPDATING_CODE',
      ['currentVersion', 'requestVersion'],
    ],
    [
      'PATCH of the version without code',
      () => send(`PATCH ${PLUGINS}/full`, { version: 9 }),
      400,
      'PLUGIN_VERSION_MUST_NOT_BE_CHANGED_WHEN_NOT_UPDATING_CODE',
      ['currentVersion', 'requestVersion'],
    ],
    ...['GET', 'PATCH', 'PUT', 'DELETE'].map(
      (method): [string, () => Promise<Answer>, number, string, string[]] => [
        `${method} of an unknown name`,
        () => send(`${method} ${PLUGINS}/nobody`, method.startsWith('P') ? {} : undefined),
        404,
        'PLUGIN_NOT_FOUND',
        ['pluginName'],
      ],
    ),
    [
      'a call without a token',
      () => biot.call(`GET ${PLUGINS}`, { token: null }),
      401,
      'TOKEN_NOT_VALID',
      [],
    ],
  ])('refuses %s', async (_name, act, ...[status, code, details]) => {
    const answer = await act();

    expect(violations(answer, refusalSchema(code, details))).toEqual({ status, violations: [] });
  });

  it('refuses a service user without the permission with ACCESS_DENIED', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'whoami',
      code: `exports.handler = async () => ({
        id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY });`,
    });
    const body = await (await fetch(endpointUrl)).json();
    const login = await biot.call('POST /ums/v2/services/accessToken', { body, token: null });
    const { accessToken } = login.body as { accessToken: string };

    const answer = await biot.call(`GET ${PLUGINS}`, { token: accessToken });

    expect(violations(answer, refusalSchema('ACCESS_DENIED'))).toEqual({ status: 403, violations: [] });
  });
});
