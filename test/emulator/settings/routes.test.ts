import {
  errorBody,
  ISO_TIME,
  itWithRegistry,
  type Json,
  newPatient,
  ORGANIZATION_ID,
  PATIENTS,
  PLUGINS,
  pluginForm,
  sendRaw,
  startTestEmulator,
  type TestEmulator,
  zip,
} from '../../builders/emulator.ts';

const CREDENTIALS = `GET ${PLUGINS}/docker-repository/temp-credentials`;
const CODE = zip('exports.handler = async () => ({ ok: true });');
const CONFIG = { name: 'example', displayName: 'Example', version: 1 };

let biot: TestEmulator;
let serviceToken: string;

beforeAll(async () => {
  biot = await startTestEmulator();
  const { endpointUrl } = await biot.deploy({
    name: 'whoami',
    code: `exports.handler = async () => ({
      id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY });`,
  });
  const body = await (await fetch(endpointUrl)).json();
  const login = await biot.call('POST /ums/v2/services/accessToken', { body });
  serviceToken = (login.body as { accessToken: string }).accessToken;
});

afterEach(async () => {
  await biot.call(`DELETE ${PLUGINS}/example`);
});

afterAll(() => biot.close());

const create = (config: unknown, code: Buffer | undefined = CODE) =>
  biot.call(`POST ${PLUGINS}`, { body: pluginForm(config, code) });

/** A multipart body with just these headers of its `config` part. */
const createWithPart = (headers: string[], config: unknown = CONFIG) => {
  const lines = ['--b', ...headers, '', JSON.stringify(config)];
  const code = ['--b', 'content-disposition: form-data; name="code"; filename="hw.zip"'];
  const parts = [...lines, ...code, 'content-type: application/x-zip-compressed', '', ''].join('\r\n');
  const body = Buffer.concat([Buffer.from(parts), CODE, Buffer.from('\r\n--b--\r\n')]);
  return sendRaw(biot.baseUrl, PLUGINS, {
    method: 'POST',
    headers: { authorization: `Bearer ${biot.token}`, 'content-type': 'multipart/form-data; boundary=b' },
    body,
  });
};

describe('POST /settings/v2/plugins', () => {
  it('answers 201 with the whole plugin and never its image tag', async () => {
    const sent = {
      ...CONFIG,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      timeout: 30,
      memorySize: 256,
      ephemeralStorage: 1024,
      environmentVariables: { COLOUR: 'blue' },
      subscriptions: {
        interceptionOrder: 2,
        interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}`, order: 5 }],
        notifications: [{ entityTypeName: 'patient', actionName: '_create', templateName: 'Other' }],
      },
      enabledState: 'DISABLED',
      cronSchedule: '45 1/12 1-5 JAN,OCT ? *',
      deploymentPackageType: 'ZIP',
    };

    const answer = await create({ ...sent, imageTag: 'ignored' });

    const { cors, analyticsDbAccess, ...body } = answer.body as Json;
    expect(answer.status).toBe(201);
    expect(body).toEqual({
      ...sent,
      endpointUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/function-url\/[0-9a-z]{32}\/$/),
      linkToConsole: `${biot.baseUrl}/emulator/logs?plugin=example`,
      creationTime: ISO_TIME,
      lastModifiedTime: body.creationTime,
    });
  });

  it('answers with the defaults of the database access and of CORS too', async () => {
    const { body } = await create(CONFIG);

    expect(body).toMatchObject({
      analyticsDbAccess: false,
      cors: {
        allowOrigins: ['*'],
        allowMethods: ['GET', 'POST'],
        allowHeaders: ['authorization', 'content-type'],
        exposeHeaders: [],
      },
    });
  });

  it.each([
    ['neither file name nor type', ['content-disposition: form-data; name="config"']],
    ['a file name', ['content-disposition: form-data; name="config"; filename="configuration"']],
    ['a type', ['content-disposition: form-data; name="config"', 'content-type: application/json']],
    ['the name of the first version', ['content-disposition: form-data; name="configuration"']],
    [
      'that name and a file name',
      ['content-disposition: form-data; name="configuration"; filename="configuration"'],
    ],
    [
      'a file name and a type',
      [
        'content-disposition: form-data; name="config"; filename="blob"',
        'content-type: application/octet-stream',
      ],
    ],
  ])('takes a part config with %s', async (_name, headers) => {
    const answer = await createWithPart(headers);

    expect([answer.status, (answer.body as Json).name]).toEqual([201, 'example']);
  });

  it('takes numbers that come as text, and answers numbers', async () => {
    const { status, body } = await create({
      ...CONFIG,
      version: '2',
      subscriptions: { interceptionOrder: '3' },
    });

    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        version: 2,
        subscriptions: { interceptionOrder: 3, interceptions: [], notifications: [] },
      }),
    ]);
  });

  it('refuses a second plugin of the name with 409', async () => {
    await create(CONFIG);

    const answer = await create(CONFIG);

    expect(answer).toMatchObject({
      status: 409,
      body: errorBody('PLUGIN_EXISTS_BY_NAME', { pluginName: 'example' }),
    });
  });

  it.each<[string, Json, string, Json]>([
    [
      'a variable of BioT',
      { environmentVariables: { BIOT_X: 'x' } },
      'ENVIRONMENT_VARIABLES_CANNOT_START_WITH_RESERVED_PREFIX',
      { environmentVariable: 'BIOT_X', reservedPrefix: 'BIOT_' },
    ],
    [
      'an interception of no API',
      { subscriptions: { interceptions: [{ type: 'PRE_REQUEST' }] } },
      'INTERCEPTION_MUST_HAVE_CORRECT_API_ID_NULL_VALUE_FOR_TYPE',
      { type: 'PRE_REQUEST', correctValue: expect.any(String), apiId: null },
    ],
    [
      'code beside an image',
      { deploymentPackageType: 'IMAGE', imageTag: '1' },
      'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE',
      {},
    ],
  ])('refuses %s with 400 and its code', async (_name, config, ...[code, details]) => {
    const answer = await create({ ...CONFIG, ...config });

    expect(answer).toMatchObject({ status: 400, body: errorBody(code, details) });
  });

  it.each<[string, () => unknown]>([
    ['no multipart body', () => CONFIG],
    [
      'no part config',
      () => {
        const form = new FormData();
        form.append('settings', JSON.stringify(CONFIG));
        return form;
      },
    ],
    ['a config that is no JSON', () => pluginForm('{"name":', CODE)],
    [
      'a config that is no JSON, though its type says so',
      () => {
        const form = new FormData();
        form.append('config', new Blob(['{"name":'], { type: 'application/json' }));
        return form;
      },
    ],
    ['a config that is no object', () => pluginForm('null', CODE)],
    ['a config that is a list', () => pluginForm('[]', CODE)],
  ])('refuses %s with 400', async (_name, body) => {
    const answer = await biot.call(`POST ${PLUGINS}`, { body: body() });

    expect([answer.status, (answer.body as Json).traceId]).toEqual([
      400,
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
  });

  it.each([
    ['is no ZIP', Buffer.from('not a ZIP')],
    ['leads out of its folder', zip({ 'index.js': '', '../escaped.js': '' })],
    ['leads out of its folder by a detour', zip({ 'a/../../escaped.js': '' })],
    ['names an absolute path', zip({ '/tmp/biot-test-escaped.js': '' })],
  ])('undoes all when the code %s', async (_name, code) => {
    const subscriptions = { interceptions: [{ type: 'PRE_REQUEST', apiId: `GET${PATIENTS}` }] };

    const refused = await create({ ...CONFIG, subscriptions }, code);

    const [got, search, again] = [
      await biot.call(`GET ${PLUGINS}/example`),
      await biot.call(`GET ${PATIENTS}`),
      await create(CONFIG),
    ];
    expect(refused).toMatchObject({
      status: 500,
      body: errorBody('AWS_EXCEPTION', { className: expect.any(String) }),
    });
    expect([got.status, search.status, again.status]).toEqual([404, 200, 201]);
  });
});

describe('PATCH /settings/v2/plugins/{name}', () => {
  const answering = (text: string) => zip(`exports.handler = async () => '${text} ' + process.env.COLOUR;`);
  const patch = (name: string, config: Json, code?: Buffer) =>
    biot.call(`PATCH ${PLUGINS}/${name}`, { body: pluginForm(config, code) });
  const invoke = async () => {
    const { body } = await biot.call(`GET ${PLUGINS}/example`);
    return (await fetch((body as { endpointUrl: string }).endpointUrl)).text();
  };

  it.each(['PATCH', 'PUT'])('by %s swaps code and variables under the same URL', async (method) => {
    const created = await create({ ...CONFIG, environmentVariables: { COLOUR: 'blue' } }, answering('old'));
    const before = await invoke();
    const config = { version: 2, environmentVariables: { COLOUR: 'red' } };

    const answer = await biot.call(`${method} ${PLUGINS}/Plugin-example`, {
      body: pluginForm(config, answering('new')),
    });

    expect(answer).toMatchObject({
      status: 200,
      body: { ...(created.body as Json), ...config, lastModifiedTime: ISO_TIME },
    });
    expect([before, await invoke()]).toEqual(['old blue', 'new red']);
  });

  it('gives the same code other variables', async () => {
    await create({ ...CONFIG, environmentVariables: { COLOUR: 'blue' } }, answering('old'));

    await patch('example', { environmentVariables: { COLOUR: 'red' } });

    expect(await invoke()).toBe('old red');
  });

  it('leaves the old code running when the new one cannot be deployed', async () => {
    const created = await create({ ...CONFIG, environmentVariables: { COLOUR: 'blue' } }, answering('old'));

    const answer = await patch('example', { version: 2 }, Buffer.from('not a ZIP'));

    const got = await biot.call(`GET ${PLUGINS}/example`);
    expect(answer).toMatchObject({ status: 500, body: errorBody('AWS_EXCEPTION', expect.any(Object)) });
    expect([got.body, await invoke()]).toEqual([created.body, 'old blue']);
  });

  it('takes the hooks away while the plugin is disabled, and gives them back', async () => {
    const subscriptions = { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] };
    await create({ ...CONFIG, subscriptions }, zip('exports.handler = async () => ({ statusCode: 418 });'));
    const createPatient = async () => (await biot.call(`POST ${PATIENTS}`, { body: newPatient() })).status;
    const statuses = [await createPatient()];

    await patch('example', { enabledState: 'DISABLED' });
    statuses.push(await createPatient());
    await patch('example', { enabledState: 'ENABLED' });
    statuses.push(await createPatient());

    expect(statuses).toEqual([418, 201, 418]);
  });

  it('narrows an interception to the value in its path', async () => {
    const { body } = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    const { _id } = body as { _id: string };
    const interceptions = [{ type: 'PRE_REQUEST', apiId: `GET${PATIENTS}/${_id}` }];
    await create(CONFIG, zip('exports.handler = async () => ({ statusCode: 418 });'));

    const answer = await patch('example', { subscriptions: { interceptions } });

    const [narrowed, other] = [
      await biot.call(`GET ${PATIENTS}/${_id}`),
      await biot.call(`GET ${PATIENTS}/${ORGANIZATION_ID}`),
    ];
    expect((answer.body as Json).subscriptions).toMatchObject({ interceptions });
    expect([narrowed.status, other.status]).toEqual([418, 404]);
  });
});

describe('GET /settings/v2/plugins', () => {
  const NAMES = ['a-plugin', 'b-plugin', 'c-plugin'];

  beforeAll(async () => {
    for (const [i, name] of NAMES.entries())
      await create({ ...CONFIG, name, displayName: `Plugin ${i}`, timeout: 10 + i });
  });

  afterAll(async () => {
    for (const name of NAMES) await biot.call(`DELETE ${PLUGINS}/${name}`);
  });

  const search = (searchRequest: Json) =>
    biot.call(`GET ${PLUGINS}?searchRequest=${encodeURIComponent(JSON.stringify(searchRequest))}`);

  it('answers all plugins, the newest first', async () => {
    const { status, body } = await biot.call(`GET ${PLUGINS}`);

    const { data, metadata } = body as { data: Json[]; metadata: Json };
    expect([status, data.map(({ name }) => name)]).toEqual([200, [...NAMES.toReversed(), 'whoami']]);
    expect(data[0]).toEqual((await biot.call(`GET ${PLUGINS}/c-plugin`)).body);
    expect(metadata).toMatchObject({
      sort: [{ prop: 'creationTime', order: 'DESC' }],
      page: { totalResults: 4, page: 0, limit: 100 },
    });
  });

  it.each<[string, Json, string[]]>([
    ['by a documented field', { filter: { timeout: { gte: 11, lte: 12 } } }, ['c-plugin', 'b-plugin']],
    ['by groups of fields', { filter: { $NOT: { filter: { name: { like: 'plugin' } } } } }, ['whoami']],
    ['sorted', { filter: { name: { in: NAMES } }, sort: [{ prop: 'name', order: 'ASC' }] }, NAMES],
    ['by a word', { freeTextSearch: 'b-plugin' }, ['b-plugin']],
    ['a page at a time', { limit: 1, page: 1, sort: [{ prop: 'name', order: 'ASC' }] }, ['b-plugin']],
  ])('finds plugins %s', async (_name, searchRequest, names) => {
    const { body } = await search(searchRequest);

    expect((body as { data: Json[] }).data.map(({ name }) => name)).toEqual(names);
  });

  it.each<[string, Json]>([
    ['a filter', { filter: { cronSchedule: { isNull: true } } }],
    ['a filter in a group', { filter: { $OR: { filter: { cronSchedule: { isNull: true } } } } }],
    ['a sort', { sort: [{ prop: 'cronSchedule' }] }],
  ])('refuses %s by a field that is not documented', async (_name, searchRequest) => {
    const answer = await search(searchRequest);

    expect(answer).toMatchObject({ status: 400, body: errorBody('BAD_REQUEST') });
  });
});

describe('GET /settings/v1/interceptions', () => {
  const INTERCEPTIONS = 'GET /settings/v1/interceptions';

  it.each<[string, Json, Json]>([
    [
      'an API',
      { apiId: { eq: `POST${PATIENTS}` } },
      { apiId: `POST${PATIENTS}`, entityTypeName: 'patient', servicePrefix: 'organization' },
    ],
    [
      'an entity that can be adapted',
      { apiId: { isNull: true }, entityTypeName: { eq: 'command' } },
      { entityTypeName: 'command', servicePrefix: 'device' },
    ],
  ])('finds %s', async (_name, filter, row) => {
    const searchRequest = encodeURIComponent(JSON.stringify({ filter }));

    const { status, body } = await biot.call(`${INTERCEPTIONS}?searchRequest=${searchRequest}`);

    expect([status, (body as { data: Json[] }).data]).toEqual([200, [row]]);
  });

  it('answers a hundred of them by default, and says how many there are', async () => {
    const { body } = await biot.call(INTERCEPTIONS);

    const { data, metadata } = body as { data: Json[]; metadata: Json };
    expect(data).toHaveLength(100);
    expect(metadata).toMatchObject({ page: { totalResults: 124, page: 0, limit: 100 } });
  });
});

describe('GET /settings/{version}/entity-types/action-notifications', () => {
  it.each(['v1', 'v2'])('answers a row an entity and action in %s', async (version) => {
    const { status, body } = await biot.call(`GET /settings/${version}/entity-types/action-notifications`);

    const { entityTypes } = body as { entityTypes: Json[] };
    expect([status, entityTypes.length]).toEqual([200, 60]);
    expect(entityTypes).toContainEqual({
      entityName: 'usage-session',
      entityDisplayName: 'Usage Session',
      actionName: '_remoteStart',
      actionDisplayName: 'Remote Start',
    });
  });
});

describe('GET /settings/v2/plugins/{name}', () => {
  it.each(['example', 'Plugin-example'])('answers for %s what the creation answered', async (name) => {
    const created = await create(CONFIG);

    const answer = await biot.call(`GET ${PLUGINS}/${name}`);

    expect([answer.status, answer.body]).toEqual([200, created.body]);
  });

  it.each(['GET', 'DELETE'])('answers %s of an unknown name with 404 and that name', async (method) => {
    const answer = await biot.call(`${method} ${PLUGINS}/nobody`);

    expect(answer).toMatchObject({
      status: 404,
      body: errorBody('PLUGIN_NOT_FOUND', { pluginName: 'nobody' }),
    });
  });
});

describe('DELETE /settings/v2/plugins/{name}', () => {
  it.each(['example', 'Plugin-example'])('removes %s, its URL and its subscriptions', async (name) => {
    const { endpointUrl } = await biot.deploy({
      name: 'example',
      code: 'exports.handler = async () => ({ statusCode: 418 });',
      subscriptions: { interceptions: [{ type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` }] },
    });
    const blocked = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });

    const answer = await biot.call(`DELETE ${PLUGINS}/${name}`);

    const passed = await biot.call(`POST ${PATIENTS}`, { body: newPatient() });
    const [got, url] = [await biot.call(`GET ${PLUGINS}/example`), await fetch(endpointUrl)];
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect([blocked.status, passed.status, got.status, url.status]).toEqual([418, 201, 404, 403]);
  });
});

describe('permissions', () => {
  it.each([
    `POST ${PLUGINS}`,
    `GET ${PLUGINS}`,
    `GET ${PLUGINS}/whoami`,
    `PATCH ${PLUGINS}/whoami`,
    `PUT ${PLUGINS}/whoami`,
    `DELETE ${PLUGINS}/whoami`,
    CREDENTIALS,
    'GET /settings/v1/interceptions',
    'GET /settings/v1/entity-types/action-notifications',
    'GET /settings/v2/entity-types/action-notifications',
  ])('refuse %s without a token, with a wrong one, and to a plugin', async (call) => {
    const body = /^P/.test(call) ? pluginForm(CONFIG, CODE) : undefined;

    const answers = [
      await biot.call(call, { token: null, body }),
      await biot.call(call, { token: 'nonsense', body }),
      await biot.call(call, { token: serviceToken, body }),
    ];

    expect(answers.map(({ status, body: answered }) => [status, answered])).toEqual([
      [401, errorBody('TOKEN_NOT_VALID')],
      [401, errorBody('TOKEN_NOT_VALID')],
      [403, errorBody('ACCESS_DENIED')],
    ]);
    expect((await biot.call(`GET ${PLUGINS}/whoami`)).status).toBe(200);
  });
});

describe('GET /settings/v2/plugins/docker-repository/temp-credentials', () => {
  itWithRegistry('answers credentials for an hour, the region and the repository', async () => {
    const before = Date.now();

    const { status, body } = await biot.call(CREDENTIALS);

    const { credentials } = body as { credentials: { expiration: string } };
    expect([status, body]).toEqual([
      200,
      {
        credentials: {
          accessKeyId: expect.stringMatching(/^ASIA[0-9A-Z]{16}$/),
          secretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
          sessionToken: expect.stringMatching(/^[\w+/=]{100,}$/),
          expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        region: expect.stringMatching(/^[a-z]+-[a-z]+-\d$/),
        repositoryUri: expect.stringMatching(`^${biot.registry}/[a-z-]+$`),
      },
    ]);
    const life = Date.parse(credentials.expiration) - before;
    expect(Math.abs(life - 3_600_000)).toBeLessThan(10_000);
  });

  itWithRegistry('answers other credentials each time', async () => {
    const first = await biot.call(CREDENTIALS);

    const second = await biot.call(CREDENTIALS);

    expect((second.body as Json).credentials).not.toEqual((first.body as Json).credentials);
  });

  itWithRegistry('refuses a plugin whose image was never pushed', async () => {
    const config = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: ORGANIZATION_ID };

    const answer = await biot.call(`POST ${PLUGINS}`, { body: pluginForm(config) });

    expect(answer).toMatchObject({ status: 404, body: errorBody('PLUGIN_IMAGE_TAG_NOT_FOUND') });
  });
});

describe('the seed', () => {
  it('runs in a plugin that is created without code', async () => {
    const seed = { zip: async () => zip("exports.handler = async () => 'the seed';") };
    const seeded = await startTestEmulator({ seed });
    try {
      const { status, body } = await seeded.call(`POST ${PLUGINS}`, { body: pluginForm(CONFIG) });

      const answer = await fetch((body as { endpointUrl: string }).endpointUrl);
      expect([status, await answer.text()]).toEqual([201, 'the seed']);
    } finally {
      await seeded.close();
    }
  });

  it.each<[string, Json]>([
    ['a ZIP', {}],
    ['an image', { deploymentPackageType: 'IMAGE', runtime: 'nodejs24.x' }],
  ])('is asked for where %s comes without code and none can be made', async (_name, config) => {
    const answer = await biot.call(`POST ${PLUGINS}`, { body: pluginForm({ ...CONFIG, ...config }) });

    expect(answer).toMatchObject({ status: 400, body: errorBody('PLUGIN_REQUEST_VALIDATION_FAILED') });
  });

  it('is told of when it cannot be made', async () => {
    const seed = { zip: () => Promise.reject(new Error('src/index.ts does not compile')) };
    const seeded = await startTestEmulator({ seed });
    try {
      const answer = await seeded.call(`POST ${PLUGINS}`, { body: pluginForm(CONFIG) });

      expect(answer).toMatchObject({
        status: 500,
        body: { message: expect.stringContaining('src/index.ts does not compile') },
      });
    } finally {
      await seeded.close();
    }
  });
});
