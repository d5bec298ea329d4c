import {
  actionNames,
  adaptableEntityTypes,
  entityTypeNames,
  interceptableApis,
} from '../../emulator/catalogue.ts';
import {
  errorBody,
  type Json,
  PATIENTS,
  PLUGINS,
  startTestEmulator,
  type TestEmulator,
} from '../builders/emulator.ts';
import { errorSchema, violationsOf } from '../builders/schema.ts';

const NOTIFICATIONS = '/dispatcher/v1/hooks/notifications';
const INTERCEPTIONS = '/dispatcher/v1/hooks/interceptions';
const ENDPOINT = 'https://plugin.example.com/hook';
const TIME = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' };
const UUID = { type: 'string', format: 'uuid' };

const notificationSchema = {
  type: 'object',
  required: ['id', 'entityTypeName', 'actionName', 'endpoint'],
  additionalProperties: false,
  properties: {
    id: UUID,
    entityTypeName: { enum: entityTypeNames },
    actionName: { enum: actionNames },
    endpoint: { type: 'string', format: 'uri' },
    templateName: { type: 'string' },
  },
};

const interceptionSchema = {
  type: 'object',
  required: ['id', 'type', 'endpoint', 'executionOrder', 'creationTime', 'lastModifiedTime'],
  additionalProperties: false,
  oneOf: [
    { required: ['apiId'], properties: { type: { enum: ['PRE_REQUEST', 'POST_REQUEST'] } } },
    { required: ['entityName'], properties: { type: { const: 'ADAPT_ENTITY' } } },
  ],
  properties: {
    id: UUID,
    type: { type: 'string' },
    apiId: { enum: interceptableApis.map(({ apiId }) => apiId) },
    entityName: { enum: adaptableEntityTypes },
    endpoint: { type: 'string', format: 'uri' },
    pathFilters: { type: 'object', additionalProperties: { type: 'string' } },
    executionOrder: { type: 'integer', minimum: 1 },
    creationTime: TIME,
    lastModifiedTime: TIME,
  },
};

const searchSchema = (item: object) => ({
  type: 'object',
  required: ['data', 'metadata'],
  additionalProperties: false,
  properties: {
    data: { type: 'array', items: item },
    metadata: {
      type: 'object',
      properties: {
        page: {
          type: 'object',
          properties: {
            totalResults: { type: 'integer' },
            page: { type: 'integer' },
            limit: { type: 'integer' },
          },
        },
        sort: { type: 'array', items: { type: 'object', required: ['prop', 'order'] } },
      },
    },
  },
});

const newNotification = (overrides: Json = {}): Json => ({
  entityTypeName: 'device',
  actionName: '_create',
  endpoint: ENDPOINT,
  ...overrides,
});
const newInterception = (overrides: Json = {}): Json => ({
  type: 'PRE_REQUEST',
  apiId: `POST${PATIENTS}`,
  endpoint: ENDPOINT,
  ...overrides,
});
const newAdaption = (overrides: Json = {}): Json => ({
  type: 'ADAPT_ENTITY',
  entityName: 'patient',
  endpoint: ENDPOINT,
  ...overrides,
});

const INVALID_TYPE = { invalidEntityType: 'nothing', validEntityTypes: entityTypeNames };
const INVALID_ADAPTED = { invalidEntityType: 'measurement', validEntityTypes: adaptableEntityTypes };
const INVALID_API = {
  invalidApiId: 'POST/nothing',
  validApiIds: interceptableApis.map(({ apiId }) => apiId),
};

let biot: TestEmulator;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterEach(async () => {
  for (const path of [NOTIFICATIONS, INTERCEPTIONS]) {
    const { body } = await biot.call(`GET ${path}`);
    for (const row of (body as { data: Json[] }).data)
      await biot.call(`POST ${path}/unsubscribe`, { body: row });
  }
});

afterAll(() => biot.close());

const subscribe = (path: string, body: Json) => biot.call(`POST ${path}/subscribe`, { body });
const search = async (path: string, searchRequest: Json = {}) => {
  const query = `searchRequest=${encodeURIComponent(JSON.stringify(searchRequest))}`;
  return biot.call(`GET ${path}?${query}`);
};
const found = async (path: string, searchRequest: Json = {}) =>
  ((await search(path, searchRequest)).body as { data: Json[] }).data;

describe.each([
  [`POST ${NOTIFICATIONS}/subscribe`, newNotification()],
  [`POST ${NOTIFICATIONS}/unsubscribe`, newNotification()],
  [`GET ${NOTIFICATIONS}`, undefined],
  [`POST ${INTERCEPTIONS}/subscribe`, newInterception()],
  [`POST ${INTERCEPTIONS}/unsubscribe`, newInterception()],
  [`GET ${INTERCEPTIONS}`, undefined],
])('%s', (call, body) => {
  it('refuses whom it does not know, and who lacks the permission', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'someone',
      code: `exports.handler = async () =>
        ({ id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY });`,
    });
    const credentials = await (await fetch(endpointUrl)).json();
    const login = await biot.call('POST /ums/v2/services/accessToken', { body: credentials });
    const { accessToken: token } = login.body as { accessToken: string };

    const unknown = await biot.call(call, { token: null, ...(body && { body }) });
    const lacking = await biot.call(call, { token, ...(body && { body }) });

    expect([unknown.status, unknown.body]).toEqual([401, errorBody('TOKEN_NOT_VALID')]);
    expect([lacking.status, lacking.body]).toEqual([403, errorBody('ACCESS_DENIED')]);
    await biot.call(`DELETE ${PLUGINS}/someone`);
  });
});

describe(`POST ${NOTIFICATIONS}/subscribe`, () => {
  it.each([
    ['all fields', { templateName: 'DeviceType1' }],
    ['the mandatory ones', {}],
  ])('answers 201 with an id to %s', async (_name, overrides) => {
    const { status, body } = await subscribe(NOTIFICATIONS, newNotification(overrides));

    expect([status, violationsOf(notificationSchema, body)]).toEqual([201, []]);
    expect(body).toEqual({ id: expect.any(String), ...newNotification(overrides) });
  });

  it.each<[string, Json, string, Json]>([
    ['an unknown entity type', { entityTypeName: 'nothing' }, 'INVALID_ENTITY_TYPE_NAME', INVALID_TYPE],
    [
      'no entity type',
      { entityTypeName: undefined },
      'INVALID_ENTITY_TYPE_NAME',
      { ...INVALID_TYPE, invalidEntityType: null },
    ],
    [
      'an unknown action',
      { actionName: 'CREATE' },
      'INVALID_ACTION_NAME',
      { invalidActionName: 'CREATE', validActionNames: actionNames },
    ],
    ['another scheme', { endpoint: 'ftp://x/y' }, 'INVALID_ENDPOINT', { endpoint: 'ftp://x/y' }],
    ['no URL', { endpoint: 'hook' }, 'INVALID_ENDPOINT', { endpoint: 'hook' }],
    ['no endpoint', { endpoint: undefined }, 'INVALID_ENDPOINT', { endpoint: null }],
    ['a template that is no text', { templateName: 7 }, 'BAD_REQUEST', {}],
  ])('answers 400 to %s', async (_name, overrides, ...[code, details]) => {
    const { status, body } = await subscribe(NOTIFICATIONS, newNotification(overrides));

    expect([status, violationsOf(errorSchema, body)]).toEqual([400, []]);
    expect(body).toEqual(errorBody(code, details));
  });

  it('answers 409 to one that is there already', async () => {
    await subscribe(NOTIFICATIONS, newNotification());

    const again = await subscribe(NOTIFICATIONS, newNotification());
    const ofTemplate = await subscribe(NOTIFICATIONS, newNotification({ templateName: 'DeviceType1' }));

    const details = { ...newNotification(), templateName: null };
    expect([again.status, again.body]).toEqual([409, errorBody('SUBSCRIBER_ALREADY_EXISTS', details)]);
    expect(ofTemplate.status).toBe(201);
  });

  it.each([undefined, '"text"', '[]', '{'])('answers 400 to the body %s', async (body) => {
    const answer = await biot.call(`POST ${NOTIFICATIONS}/subscribe`, {
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });

    expect([answer.status, violationsOf(errorSchema, answer.body)]).toEqual([400, []]);
  });
});

describe(`POST ${NOTIFICATIONS}/unsubscribe`, () => {
  it('answers 204 and forgets the one that is meant', async () => {
    await subscribe(NOTIFICATIONS, newNotification());
    await subscribe(NOTIFICATIONS, newNotification({ templateName: 'DeviceType1' }));

    const answer = await biot.call(`POST ${NOTIFICATIONS}/unsubscribe`, { body: newNotification() });

    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await found(NOTIFICATIONS)).toEqual([
      { id: expect.any(String), ...newNotification({ templateName: 'DeviceType1' }) },
    ]);
  });

  it('answers 404 to one that is not there', async () => {
    const answer = await biot.call(`POST ${NOTIFICATIONS}/unsubscribe`, { body: newNotification() });

    const details = { ...newNotification(), templateName: null };
    expect([answer.status, answer.body]).toEqual([404, errorBody('SUBSCRIBER_NOT_FOUND', details)]);
  });
});

describe(`GET ${NOTIFICATIONS}`, () => {
  it('finds all, the newest first, those of deployed plugins too', async () => {
    await subscribe(NOTIFICATIONS, newNotification());
    const { endpointUrl } = await biot.deploy({
      name: 'deployed',
      code: 'exports.handler = async () => undefined;',
      subscriptions: { notifications: [{ entityTypeName: 'patient', actionName: '_update' }] },
    });

    const { status, body } = await biot.call(`GET ${NOTIFICATIONS}`);

    expect([status, violationsOf(searchSchema(notificationSchema), body)]).toEqual([200, []]);
    expect((body as { data: Json[] }).data).toEqual([
      { id: expect.any(String), entityTypeName: 'patient', actionName: '_update', endpoint: endpointUrl },
      { id: expect.any(String), ...newNotification() },
    ]);
    await biot.call(`DELETE ${PLUGINS}/deployed`);
  });

  it('filters and sorts by what BioT documents', async () => {
    for (const actionName of ['_update', '_create', '_delete'])
      await subscribe(NOTIFICATIONS, newNotification({ actionName, templateName: `of${actionName}` }));
    const actions = async (request: Json) =>
      (await found(NOTIFICATIONS, request)).map(({ actionName }) => actionName);

    const byAction = await actions({ sort: [{ prop: 'actionName', order: 'ASC' }] });
    const ofTemplate = await actions({ filter: { templateName: { eq: 'of_delete' } } });
    const page = await actions({ sort: [{ prop: 'actionName', order: 'ASC' }], limit: 1, page: 1 });

    expect([byAction, ofTemplate, page]).toEqual([
      ['_create', '_delete', '_update'],
      ['_delete'],
      ['_delete'],
    ]);
  });

  it('answers 400 to a search that is none', async () => {
    const answer = await biot.call(`GET ${NOTIFICATIONS}?searchRequest=7`);

    expect([answer.status, violationsOf(errorSchema, answer.body)]).toEqual([400, []]);
  });
});

describe(`POST ${INTERCEPTIONS}/subscribe`, () => {
  it.each([
    ['PRE', newInterception()],
    ['POST', newInterception({ type: 'POST_REQUEST', executionOrder: 7 })],
    ['ADAPT_ENTITY', newAdaption()],
    [
      'a part of the calls',
      newInterception({ apiId: `GET${PATIENTS}/{id}`, pathFilters: { id: 'one' }, executionOrder: 1 }),
    ],
  ])('answers 201 with id, order and dates to %s', async (_name, wanted) => {
    const { status, body } = await subscribe(INTERCEPTIONS, wanted);

    expect([status, violationsOf(interceptionSchema, body)]).toEqual([201, []]);
    expect(body).toMatchObject({ executionOrder: 1, ...wanted });
  });

  it('leaves aside what does not belong to the type', async () => {
    const pre = await subscribe(INTERCEPTIONS, newInterception({ entityName: 'nothing' }));
    const adapt = await subscribe(INTERCEPTIONS, newAdaption({ apiId: 'nothing' }));

    expect([pre.status, violationsOf(interceptionSchema, pre.body)]).toEqual([201, []]);
    expect([adapt.status, violationsOf(interceptionSchema, adapt.body)]).toEqual([201, []]);
  });

  it.each<[string, Json, string, Json]>([
    ['an unknown API', newInterception({ apiId: 'POST/nothing' }), 'INVALID_API_ID', INVALID_API],
    ['no API', newInterception({ apiId: null }), 'INVALID_API_ID', { ...INVALID_API, invalidApiId: null }],
    [
      'an entity that is not adapted',
      newAdaption({ entityName: 'measurement' }),
      'INVALID_ENTITY_TYPE_NAME',
      INVALID_ADAPTED,
    ],
    ['an unknown type', newInterception({ type: 'PRE' }), 'BAD_REQUEST', {}],
    ['no URL', newInterception({ endpoint: '//x' }), 'INVALID_ENDPOINT', { endpoint: '//x' }],
    ['an order of 0', newInterception({ executionOrder: 0 }), 'BAD_REQUEST', {}],
    ['an order of a half', newInterception({ executionOrder: 1.5 }), 'BAD_REQUEST', {}],
    ['an order of text', newInterception({ executionOrder: '1' }), 'BAD_REQUEST', {}],
    ['path filters of a list', newInterception({ pathFilters: [] }), 'BAD_REQUEST', {}],
    ['a path filter that is no text', newInterception({ pathFilters: { id: 7 } }), 'BAD_REQUEST', {}],
  ])('answers 400 to %s', async (_name, wanted, ...[code, details]) => {
    const { status, body } = await subscribe(INTERCEPTIONS, wanted);

    expect([status, violationsOf(errorSchema, body)]).toEqual([400, []]);
    expect(body).toEqual(errorBody(code, details));
  });

  it('gives one that is there already the order that is sent', async () => {
    const first = await subscribe(INTERCEPTIONS, newInterception({ executionOrder: 3 }));

    const without = await subscribe(INTERCEPTIONS, newInterception());
    const moved = await subscribe(INTERCEPTIONS, newInterception({ executionOrder: 9 }));

    const { id, creationTime } = first.body as Json;
    expect([without.status, without.body]).toMatchObject([201, { id, executionOrder: 3 }]);
    expect([moved.status, moved.body]).toMatchObject([201, { id, creationTime, executionOrder: 9 }]);
    expect(await found(INTERCEPTIONS)).toEqual([moved.body]);
  });

  it('moves the holder of an order back, a deployed plugin’s too', async () => {
    const { endpointUrl } = await biot.deploy({
      name: 'holder',
      code: 'exports.handler = async () => undefined;',
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}`, order: 2 }] },
    });
    const other = { endpoint: `${ENDPOINT}/other` };
    await subscribe(INTERCEPTIONS, newInterception({ ...other, executionOrder: 3 }));

    await subscribe(INTERCEPTIONS, newInterception({ executionOrder: 2 }));

    const rows = await found(INTERCEPTIONS, { sort: [{ prop: 'executionOrder', order: 'ASC' }] });
    expect(rows.map(({ endpoint, executionOrder }) => [executionOrder, endpoint])).toEqual([
      [2, ENDPOINT],
      [3, endpointUrl],
      [4, other.endpoint],
    ]);
    await biot.call(`DELETE ${PLUGINS}/holder`);
  });
});

describe(`POST ${INTERCEPTIONS}/unsubscribe`, () => {
  it('answers 204 and forgets the one that is meant', async () => {
    await subscribe(INTERCEPTIONS, newInterception({ pathFilters: { id: 'one' } }));
    const kept = await subscribe(INTERCEPTIONS, newInterception({ executionOrder: 5 }));

    const answer = await biot.call(`POST ${INTERCEPTIONS}/unsubscribe`, {
      body: newInterception({ pathFilters: { id: 'one' } }),
    });

    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await found(INTERCEPTIONS)).toEqual([kept.body]);
  });

  it('answers 204 also to one that is not there', async () => {
    const answer = await biot.call(`POST ${INTERCEPTIONS}/unsubscribe`, { body: newInterception() });

    expect([answer.status, answer.text]).toEqual([204, '']);
  });
});

describe(`GET ${INTERCEPTIONS}`, () => {
  it('finds all, the newest first', async () => {
    const pre = await subscribe(INTERCEPTIONS, newInterception());
    const adapt = await subscribe(INTERCEPTIONS, newAdaption());

    const { status, body } = await biot.call(`GET ${INTERCEPTIONS}`);

    expect([status, violationsOf(searchSchema(interceptionSchema), body)]).toEqual([200, []]);
    expect((body as { data: Json[] }).data).toEqual([adapt.body, pre.body]);
  });

  it('filters by any field', async () => {
    await subscribe(INTERCEPTIONS, newInterception());
    const adapt = await subscribe(INTERCEPTIONS, newAdaption());

    const rows = await found(INTERCEPTIONS, { filter: { entityName: { in: ['patient'] } } });

    expect(rows).toEqual([adapt.body]);
  });
});
