import {
  errorBody,
  ISO_TIME,
  type Json,
  newPatient,
  ORGANIZATION_ID,
  PATIENTS,
  PLUGINS,
  type Recorder,
  recording,
  startRecorder,
  startTestEmulator,
  type TestEmulator,
  TRACEPARENT,
  UUID,
} from '../../builders/emulator.ts';

const TRACE_ID = '691d9a7ec2ebb8ad236b56d739c4c17f';
const CREATE = `POST ${PATIENTS}`;
const ADAPT_PATIENT = { type: 'ADAPT_ENTITY', entityTypeName: 'patient' };
const pre = (apiId: string) => ({ type: 'PRE_REQUEST', apiId });
const post = (apiId: string) => ({ type: 'POST_REQUEST', apiId });

let biot: TestEmulator;
let recorder: Recorder;
let deployed: string[] = [];

beforeAll(async () => {
  recorder = await startRecorder();
  biot = await startTestEmulator();
});

afterEach(async () => {
  for (const name of deployed) await biot.call(`DELETE ${PLUGINS}/${name}`);
  deployed = [];
  recorder.received.length = 0;
});

afterAll(async () => {
  await biot.close();
  await recorder.close();
});

/** A plugin that tells the recorder its event, and then returns what the code says. */
const intercept = async (interceptions: Json[], returns: string, name = 'interceptor') => {
  deployed.push(name);
  return biot.deploy({
    name,
    code: recording(
      recorder,
      `{ plugin: '${name}', hookType: event.headers.hooktype, event, body }`,
      returns,
    ),
    subscriptions: { interceptions },
  });
};

/** Passes everything on unchanged, whatever the hook. */
const ECHO = 'return body.response ? { response: body.response } : { request: body.request };';

const seen = (field: string) => recorder.received.map((entry) => entry[field]);
const createPatient = async (overrides: Json = {}) => {
  const { body } = await biot.call(CREATE, { body: newPatient(overrides) });
  return body as Json & { _id: string };
};

describe('the order of hooks', () => {
  it('is PRE, API, ADAPT_ENTITY, POST', async () => {
    await intercept(
      [post(`POST${PATIENTS}`), ADAPT_PATIENT, pre(`POST${PATIENTS}`)],
      `const mark = (value, by) => (value ?? '') + by;
       if (body.request && !body.response) {
         const { request } = body;
         return { request: { ...request, body: { ...request.body, _description: 'pre' } } };
       }
       const { httpStatusCode } = body.response;
       if (body.response.entities) {
         const entities = body.response.entities.map((e) => ({ ...e, _description: mark(e._description, ' adapt') }));
         return { response: { entities, httpStatusCode } };
       }
       const answer = body.response.body;
       return { response: { body: { ...answer, _description: mark(answer._description, ' post') }, httpStatusCode } };`,
    );

    const answer = await biot.call(CREATE, { body: newPatient() });

    const stored = await biot.call(`GET ${PATIENTS}/${(answer.body as Json)._id}`);
    expect([answer.status, (answer.body as Json)._description]).toEqual([201, 'pre adapt post']);
    expect((stored.body as Json)._description).toBe('pre adapt');
    expect(seen('hookType').slice(0, 3)).toEqual([
      'INTERCEPTOR_PRE',
      'INTERCEPTOR_POST_ENTITY',
      'INTERCEPTOR_POST',
    ]);
  });

  it.each(['PRE_REQUEST', 'POST_REQUEST', 'ADAPT_ENTITY'])(
    'is for %s that of their numbers',
    async (type) => {
      const what = type === 'ADAPT_ENTITY' ? { entityTypeName: 'patient' } : { apiId: `POST${PATIENTS}` };
      await intercept([{ type, ...what, order: 30 }], ECHO, 'third');
      await intercept([{ type, ...what, order: 2 }], ECHO, 'first');
      await intercept([{ type, ...what, order: 10 }], ECHO, 'second');

      const { status } = await biot.call(CREATE, { body: newPatient() });

      expect([status, ...seen('plugin')]).toEqual([201, 'first', 'second', 'third']);
    },
  );

  it('is by interceptionOrder where an interception has no order of its own', async () => {
    const subscriptions = (interceptionOrder: number) => ({
      subscriptions: { interceptionOrder, interceptions: [pre(`POST${PATIENTS}`)] },
    });
    for (const [name, order] of [
      ['second', 9],
      ['first', 8],
    ] as const) {
      deployed.push(name);
      const code = recording(recorder, `{ plugin: '${name}' }`, ECHO);
      await biot.deploy({ name, code, ...subscriptions(order) });
    }

    await biot.call(CREATE, { body: newPatient() });

    expect(seen('plugin')).toEqual(['first', 'second']);
  });

  it('moves the holder of an order back by one when a newer one asks for it', async () => {
    await intercept([{ ...pre(`POST${PATIENTS}`), order: 5 }], ECHO, 'older');
    await intercept([{ ...pre(`POST${PATIENTS}`), order: 6 }], ECHO, 'oldest');
    await intercept([{ ...pre(`POST${PATIENTS}`), order: 5 }], ECHO, 'newest');

    await biot.call(CREATE, { body: newPatient() });

    expect(seen('plugin')).toEqual(['newest', 'older', 'oldest']);
  });

  it('hands each the changes of the one before', async () => {
    const append = (letter: string) =>
      `const { request } = body;
       return { request: { ...request, body: { ...request.body, _description: (request.body._description ?? '') + '${letter}' } } };`;
    await intercept([{ ...pre(`POST${PATIENTS}`), order: 2 }], append('b'), 'second');
    await intercept([{ ...pre(`POST${PATIENTS}`), order: 1 }], append('a'), 'first');

    const patient = await createPatient();

    expect(patient._description).toBe('ab');
  });
});

describe('the event of a hook', () => {
  const claimsOf = (authorization: unknown): Json =>
    JSON.parse(Buffer.from(String(authorization).split('.')[1] ?? '', 'base64url').toString()) as Json;

  const initiatorData = () => ({
    subjectId: biot.userId,
    ownerOrganizationId: ORGANIZATION_ID,
    tokenType: 'USER',
  });
  const callerHeaders = () =>
    expect.objectContaining({ authorization: `Bearer ${biot.token}`, 'x-own': 'mine' });

  it.each([
    ['INTERCEPTOR_PRE', pre(`POST${PATIENTS}`)],
    ['INTERCEPTOR_POST', post(`POST${PATIENTS}`)],
    ['INTERCEPTOR_POST_ENTITY', ADAPT_PATIENT],
  ])('comes for %s as BioT sends it', async (hookType, interception) => {
    const { endpointUrl } = await intercept([interception], ECHO);
    const urlId = endpointUrl.split('/').at(-2);

    await biot.call(CREATE, {
      body: newPatient(),
      headers: { traceparent: `00-${TRACE_ID}-ff435abc75711595-00` },
    });

    const event = recorder.received[0]?.event as Json & { headers: Json };
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/',
      rawQueryString: '',
      requestContext: { accountId: 'anonymous', apiId: urlId, http: { method: 'POST', path: '/' } },
      isBase64Encoded: false,
    });
    expect(event.headers).toMatchObject({
      hooktype: hookType,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(String(event.body))),
      accept: expect.any(String),
      'user-agent': expect.any(String),
      authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
      traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`),
    });
    expect(claimsOf(event.headers.authorization)).toEqual({
      serviceUserId: UUID,
      scopes: expect.arrayContaining(['PROTECTED_API', 'PLUGIN_INTERCEPTOR']),
      tokenType: 'SERVICE_INTERNAL',
      jti: UUID,
      exp: expect.any(Number),
    });
  });

  it('holds for PRE the request: parsed body, lists of query values', async () => {
    await intercept([pre(`POST${PATIENTS}`)], ECHO);
    const body = newPatient({ _email: 'a@example.com' });

    await biot.call(`${CREATE}?notify=true&notify=false&one=1`, { body, headers: { 'x-own': 'mine' } });

    expect(seen('body')).toEqual([
      {
        initiatorData: initiatorData(),
        method: 'POST',
        entityName: 'patient',
        apiId: `POST${PATIENTS}`,
        request: {
          body,
          path: PATIENTS,
          queryParameters: { notify: ['true', 'false'], one: ['1'] },
          headers: callerHeaders(),
          pathVariables: [],
        },
      },
    ]);
  });

  it('holds for POST the request and the answer', async () => {
    const patient = await createPatient();
    await intercept([post(`GET${PATIENTS}/{id}`)], ECHO);

    await biot.call(`GET ${PATIENTS}/${patient._id}`, { headers: { 'x-own': 'mine' } });

    expect(seen('body')).toEqual([
      {
        initiatorData: initiatorData(),
        method: 'GET',
        entityName: 'patient',
        apiId: `GET${PATIENTS}/{id}`,
        request: {
          body: null,
          path: `${PATIENTS}/${patient._id}`,
          queryParameters: {},
          headers: callerHeaders(),
          pathVariables: [{ name: 'id', value: patient._id }],
        },
        response: { body: patient, httpStatusCode: '200 OK' },
      },
    ]);
  });

  it('holds for ADAPT_ENTITY the request and the entities', async () => {
    await intercept([ADAPT_PATIENT], ECHO);
    const body = newPatient();

    const { body: patient } = await biot.call(CREATE, { body, headers: { 'x-own': 'mine' } });

    expect(seen('body')).toEqual([
      {
        initiatorData: initiatorData(),
        method: 'POST',
        entityName: 'patient',
        apiId: `POST${PATIENTS}`,
        request: { body, path: PATIENTS, queryParameters: {}, headers: callerHeaders(), pathVariables: [] },
        response: { entities: [patient], httpStatusCode: '201 CREATED' },
      },
    ]);
  });

  it.each([
    ['PATCH', '200 OK'],
    ['DELETE', '204 NO_CONTENT'],
  ])('names for %s the API with its variable and the status %s', async (method, httpStatusCode) => {
    const { _id } = await createPatient();
    await intercept([post(`${method}${PATIENTS}/{id}`)], ECHO);

    await biot.call(`${method} ${PATIENTS}/${_id}`, method === 'PATCH' ? { body: {} } : {});

    const [body] = seen('body') as [{ apiId: string; request: Json; response: Json }];
    expect([body.apiId, body.request.pathVariables, body.response.httpStatusCode]).toEqual([
      `${method}${PATIENTS}/{id}`,
      [{ name: 'id', value: _id }],
      httpStatusCode,
    ]);
  });

  it('holds for the ADAPT_ENTITY of a search all entities of the page', async () => {
    const only = await createPatient({ _nationalId: 'only-one' });
    await intercept([ADAPT_PATIENT], ECHO);
    const searchRequest = JSON.stringify({ filter: { _nationalId: { eq: 'only-one' } } });

    await biot.call(`GET ${PATIENTS}?searchRequest=${encodeURIComponent(searchRequest)}`);

    const [body] = seen('body') as [{ request: Json; response: Json }];
    expect(body.request.queryParameters).toEqual({ searchRequest: [searchRequest] });
    expect(body.response).toEqual({ entities: [only], httpStatusCode: '200 OK' });
  });
});

describe('the answer of a hook', () => {
  it('may send a PRE request to another path, with another query', async () => {
    const [wanted] = [await createPatient({ _nationalId: 'wanted' }), await createPatient()];
    await intercept(
      [pre(`GET${PATIENTS}/{id}`)],
      `return { request: { path: '${PATIENTS}', headers: {}, body: null,
         queryParameters: { searchRequest: ['{"filter":{"_nationalId":{"eq":"wanted"}}}'] } } };`,
    );

    const { status, body } = await biot.call(`GET ${PATIENTS}/does-not-exist`);

    expect([status, (body as { data: Json[] }).data]).toEqual([200, [wanted]]);
  });

  it('may not send a PRE request to another service', async () => {
    await intercept(
      [pre(`GET${PATIENTS}`)],
      "return { request: { ...body.request, path: '/device/v2/devices' } };",
    );

    const answer = await biot.call(`GET ${PATIENTS}`);

    expect([answer.status, answer.body]).toEqual([500, errorBody('INTERNAL_SERVER_ERROR')]);
  });

  it('changes the entities of a search and nothing else of it', async () => {
    const only = await createPatient({ _nationalId: 'adapted' });
    await intercept(
      [ADAPT_PATIENT],
      `const entities = body.response.entities.map((entity) => ({ ...entity, risk: 'high' }));
       return { response: { ...body.response, entities } };`,
    );
    const filter = { _nationalId: { eq: 'adapted' } };

    const { body } = await biot.call(`GET ${PATIENTS}?searchRequest=${JSON.stringify({ filter })}`);

    expect(body).toEqual({
      data: [{ ...only, risk: 'high' }],
      metadata: {
        sort: [{ prop: '_creationTime', order: 'DESC' }],
        filter,
        page: { totalResults: 1, page: 0, limit: 100 },
      },
    });
  });

  it('may put entities into an empty search', async () => {
    await intercept(
      [ADAPT_PATIENT],
      "return { response: { ...body.response, entities: [{ _id: 'from-elsewhere' }] } };",
    );
    const searchRequest = JSON.stringify({ filter: { _id: { eq: 'nobody' } } });

    const { body } = await biot.call(`GET ${PATIENTS}?searchRequest=${searchRequest}`);

    expect((body as Json).data).toEqual([{ _id: 'from-elsewhere' }]);
  });

  it.each([
    ['text', '"202 ACCEPTED"'],
    ['its bare name', '"ACCEPTED"'],
    ['a number', '202'],
  ])('may give the status as %s', async (_name, status) => {
    await intercept(
      [post(`GET${PATIENTS}`)],
      `return { response: { body: { own: true }, httpStatusCode: ${status} } };`,
    );

    const answer = await biot.call(`GET ${PATIENTS}`);

    expect([answer.status, answer.body]).toEqual([202, { own: true }]);
  });

  it.each([
    ['PRE', pre(`POST${PATIENTS}`)],
    ['ADAPT_ENTITY', ADAPT_PATIENT],
    ['POST', post(`POST${PATIENTS}`)],
  ])('is for %s, when it is not JSON, an error of BioT', async (_name, interception) => {
    await intercept([interception], "return 'well';");

    const answer = await biot.call(CREATE, { body: newPatient() });

    expect([answer.status, answer.body]).toEqual([500, errorBody('INTERNAL_SERVER_ERROR')]);
  });
});

describe('a refusal by a hook', () => {
  const hooks: [string, Json][] = [
    ['PRE', pre(`POST${PATIENTS}`)],
    ['ADAPT_ENTITY', ADAPT_PATIENT],
    ['POST', post(`POST${PATIENTS}`)],
  ];

  it.each(hooks)('by %s goes as it is to the caller', async (_name, interception) => {
    const text = '{ "code" : "NO", "message":"nöt now",\n "details":{} }';
    await intercept(
      [interception],
      `return { statusCode: 422, headers: { 'content-type': 'application/problem+json' }, body: ${JSON.stringify(text)} };`,
    );

    const answer = await biot.call(CREATE, { body: newPatient() });

    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      422,
      'application/problem+json',
      text,
    ]);
    expect(answer.headers.traceparent).toEqual(TRACEPARENT);
  });

  it.each([
    [302, 'moved'],
    [400, ''],
    [404, '{}'],
    [429, 'slower'],
    [503, 'later'],
  ])('with %i and the body %j goes as it is to the caller', async (statusCode, text) => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    await intercept(
      [pre(`POST${PATIENTS}`)],
      `return ${JSON.stringify({ statusCode, headers, body: text })};`,
    );

    const answer = await biot.call(CREATE, { body: newPatient() });

    expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
      statusCode,
      'text/plain; charset=utf-8',
      text,
    ]);
  });

  it('by a crash is the 502 of its function URL', async () => {
    await intercept([pre(`POST${PATIENTS}`)], "throw new Error('the inside of the plugin');");

    const answer = await biot.call(CREATE, { body: newPatient() });

    expect([answer.status, answer.text]).toEqual([502, 'Internal Server Error']);
  });

  it('by PRE keeps the API and the later hooks from running', async () => {
    await intercept([{ ...pre(`POST${PATIENTS}`), order: 1 }], 'return { statusCode: 403 };', 'refuses');
    await intercept(
      [{ ...pre(`POST${PATIENTS}`), order: 2 }, ADAPT_PATIENT, post(`POST${PATIENTS}`)],
      ECHO,
      'later',
    );
    const searchRequest = JSON.stringify({ filter: { _nationalId: { eq: 'never' } } });

    await biot.call(CREATE, { body: newPatient({ _nationalId: 'never' }) });

    expect(seen('plugin')).toEqual(['refuses']);
    await biot.call(`DELETE ${PLUGINS}/later`);
    const { body } = await biot.call(`GET ${PATIENTS}?searchRequest=${searchRequest}`);
    expect((body as Json).data).toEqual([]);
  });
});

describe("a plugin's own call", () => {
  it('is not intercepted, unless it asks for it', async () => {
    const { endpointUrl } = await intercept(
      [pre(`GET${PATIENTS}`)],
      `if (event.headers.hooktype) ${ECHO}
       return { id: process.env.BIOT_SERVICE_USER_ID, secretKey: process.env.BIOT_SERVICE_USER_SECRET_KEY };`,
    );
    const credentials = await (await fetch(endpointUrl)).json();
    const login = await biot.call('POST /ums/v2/services/accessToken', { body: credentials });
    const { accessToken: token } = login.body as { accessToken: string };
    recorder.received.length = 0;

    const plain = await biot.call(`GET ${PATIENTS}`, { token });
    const without = recorder.received.length;
    const asking = await biot.call(`GET ${PATIENTS}`, { token, headers: { 'allow-interception': 'true' } });

    expect([plain.status, without, asking.status, recorder.received.length]).toEqual([200, 0, 200, 1]);
    const [body] = seen('body') as [Json];
    expect(body.initiatorData).toEqual({
      subjectId: (credentials as Json).id,
      tokenType: expect.stringMatching(/^SERVICE_(INTERNAL|EXTERNAL)$/),
    });
  });
});

describe('an interception', () => {
  it.each([
    ['another method', `PATCH${PATIENTS}/{id}`, CREATE],
    ['another API of the entity', `GET${PATIENTS}`, CREATE],
    ['another entity', 'POST/device/v2/devices', CREATE],
  ])('of %s is not asked', async (_name, apiId, call) => {
    await intercept([pre(apiId)], 'return { statusCode: 418 };');

    const { status } = await biot.call(call, { body: newPatient() });

    expect([status, recorder.received]).toEqual([201, []]);
  });

  it('of a disabled plugin is not asked', async () => {
    deployed.push('disabled');
    await biot.deploy({
      name: 'disabled',
      code: 'exports.handler = async () => ({ statusCode: 418 });',
      subscriptions: { interceptions: [pre(`POST${PATIENTS}`)] },
      config: { enabledState: 'DISABLED' },
    });

    const patient = await createPatient();

    expect(patient._creationTime).toEqual(ISO_TIME);
  });
});

describe('an interception of a part of the calls', () => {
  it('is asked for the values in the path that it wants, and for no others', async () => {
    const [wanted, other] = [await createPatient(), await createPatient()];
    await intercept([pre(`GET${PATIENTS}/${wanted._id}`)], ECHO);

    await biot.call(`GET ${PATIENTS}/${other._id}`);
    await biot.call(`GET ${PATIENTS}/${wanted._id}`);

    const [body] = seen('body') as [{ apiId: string; request: Json }];
    expect(recorder.received).toHaveLength(1);
    expect(body).toMatchObject({
      apiId: `GET${PATIENTS}/{id}`,
      request: { pathVariables: [{ name: 'id', value: wanted._id }] },
    });
  });

  it('is asked for the template in the path that it wants', async () => {
    const byTemplate = `${PATIENTS}/templates`;
    await intercept([pre(`POST${byTemplate}/Patient`)], ECHO);
    const { _templateId, ...body } = newPatient();

    const { status } = await biot.call(`POST ${byTemplate}/Patient`, { body });
    const unknown = await biot.call(`POST ${byTemplate}/Other`, { body });

    expect([status, unknown.status, recorder.received.length]).toEqual([201, 404, 1]);
  });
});

describe('a notification of a call that a hook refuses', () => {
  it.each([
    ['ADAPT_ENTITY', ADAPT_PATIENT],
    ['POST', post(`POST${PATIENTS}`)],
  ])('is sent when it was %s, as the entity is written', async (_name, interception) => {
    deployed.push('subscriber');
    await biot.deploy({
      name: 'subscriber',
      code: recording(recorder, '{ plugin: "subscriber", body }', ''),
      subscriptions: { notifications: [{ entityTypeName: 'patient', actionName: '_create' }] },
    });
    await intercept([interception], 'return { statusCode: 403 };');

    const { status } = await biot.call(CREATE, { body: newPatient({ _nationalId: 'refused' }) });

    const [, notified] = await recorder.until(2);
    expect([status, notified?.plugin]).toEqual([403, 'subscriber']);
    expect(notified?.body).toMatchObject({ data: { entity: { _nationalId: 'refused' } } });
  });
});
