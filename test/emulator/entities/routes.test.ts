import {
  DEVICE_TEMPLATE_ID,
  DEVICES,
  errorBody,
  ISO_TIME,
  type Json,
  newPatient,
  ORGANIZATION_ID,
  PATIENT_TEMPLATE_ID,
  PATIENTS,
  startTestEmulator,
  type TestEmulator,
  UUID,
} from '../../builders/emulator.ts';

let biot: TestEmulator;
let count = 0;

beforeAll(async () => {
  biot = await startTestEmulator();
});

afterAll(() => biot.close());

const newDevice = (overrides: Json = {}): Json => ({
  _id: `device-${++count}`,
  _templateId: DEVICE_TEMPLATE_ID,
  ...overrides,
});
const create = async (path: string, body: Json) =>
  (await biot.call(`POST ${path}`, { body })).body as Json & { _id: string };
const search = async (path: string, request: object) => {
  const searchRequest = encodeURIComponent(JSON.stringify(request));
  return biot.call(`GET ${path}?searchRequest=${searchRequest}`);
};

const types: [string, string, () => Json, string][] = [
  ['patient', PATIENTS, newPatient, 'USER_NOT_FOUND'],
  ['device', DEVICES, newDevice, 'DEVICE_NOT_FOUND'],
];

describe('create', () => {
  it('answers 201 with the whole patient, nulls included', async () => {
    const { status, body } = await biot.call(`POST ${PATIENTS}`, {
      body: newPatient({ _email: 'first.last@example.com', _gender: 'MALE', shoeSize: 42 }),
    });

    expect([status, body]).toEqual([
      201,
      {
        _name: { firstName: 'First', lastName: 'Last' },
        _description: null,
        _email: 'first.last@example.com',
        _phone: null,
        _locale: 'en_US',
        _gender: 'MALE',
        _dateOfBirth: null,
        _address: null,
        _mfa: { enabled: false, expirationInMinutes: null },
        _additionalPhone: null,
        _nationalId: null,
        _id: UUID,
        _ownerOrganization: expect.objectContaining({ id: ORGANIZATION_ID }),
        _caregiver: null,
        _creationTime: ISO_TIME,
        _lastModifiedTime: (body as Json)._creationTime,
        _invitationAccepted: false,
        _template: { id: PATIENT_TEMPLATE_ID, name: 'Patient', displayName: 'Patient' },
        _referencers: null,
        _enabled: 'ENABLED',
        _caption: 'Last First',
        _username: null,
        _registrationSource: null,
        _canLogin: true,
        shoeSize: 42,
      },
    ]);
  });

  it('answers 201 with the whole device, nulls included', async () => {
    const { status, body } = await biot.call(`POST ${DEVICES}`, { body: newDevice({ _id: 'mydevice1' }) });

    expect([status, body]).toEqual([
      201,
      {
        _id: 'mydevice1',
        _description: null,
        _timezone: expect.any(String),
        _ownerOrganization: expect.objectContaining({ id: ORGANIZATION_ID }),
        _template: { id: DEVICE_TEMPLATE_ID, name: 'DeviceType1', displayName: 'Device Type 1' },
        _referencers: null,
        _configuration: {},
        _status: {
          _certificateStatus: 'NOT_INSTALLED',
          _connection: { _connected: false, _ipAddress: null, _lastConnectedTime: null },
          _fwVersion: null,
          _hwVersion: null,
          _bootTime: null,
          _operational: null,
        },
        _patient: null,
        _registrationCode: null,
        _creationTime: ISO_TIME,
        _lastModifiedTime: (body as Json)._creationTime,
        _caption: 'mydevice1',
      },
    ]);
  });

  it.each([
    [PATIENTS, newPatient, '_name'],
    [PATIENTS, newPatient, '_ownerOrganization'],
    [PATIENTS, newPatient, '_templateId'],
    [DEVICES, newDevice, '_id'],
    [DEVICES, newDevice, '_templateId'],
  ])('refuses at %s with ATTRIBUTE_IS_MANDATORY, by %p, what lacks %s', async (path, body, attributeName) => {
    const answers = [
      await biot.call(`POST ${path}`, { body: body({ [attributeName]: undefined }) }),
      await biot.call(`POST ${path}`, { body: body({ [attributeName]: null }) }),
    ];

    expect(answers.map(({ status, body: answered }) => [status, answered])).toEqual(
      Array(2).fill([400, errorBody('ATTRIBUTE_IS_MANDATORY', { attributeName })]),
    );
  });

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '5'],
    ['no JSON', '{"_name":'],
    ['nothing', ''],
  ])('refuses %s as body with 400', async (_name, body) => {
    const answer = await biot.call(`POST ${PATIENTS}`, {
      body,
      headers: { 'content-type': 'application/json' },
    });

    expect([answer.status, answer.body]).toEqual([400, errorBody('BAD_REQUEST')]);
  });

  it('refuses a device whose id is taken with 409, and keeps the first', async () => {
    const first = await create(DEVICES, newDevice({ _description: 'first' }));

    const answer = await biot.call(`POST ${DEVICES}`, { body: newDevice({ _id: first._id }) });

    const { body } = await biot.call(`GET ${DEVICES}/${first._id}`);
    expect([answer.status, (answer.body as Json).code]).toEqual([409, 'DEVICE_ID_ALREADY_EXISTS']);
    expect(body).toEqual(first);
  });
});

describe.each(types)('one %s', (_type, path, ...[body, notFoundCode]) => {
  it('is given back as it was created', async () => {
    const created = await create(path, body());

    const answer = await biot.call(`GET ${path}/${created._id}`);

    expect([answer.status, answer.body]).toEqual([200, created]);
  });

  it('changes by PATCH in what was sent, and its id never', async () => {
    const created = await create(path, body());

    const answer = await biot.call(`PATCH ${path}/${created._id}`, {
      body: { _description: 'changed', _id: 'other', shoeSize: 43 },
    });

    const expected = { ...created, _description: 'changed', shoeSize: 43, _lastModifiedTime: ISO_TIME };
    expect([answer.status, answer.body]).toEqual([200, expected]);
    expect((await biot.call(`GET ${path}/${created._id}`)).body).toEqual(answer.body);
    expect((await biot.call(`GET ${path}/other`)).status).toBe(404);
  });

  it('is gone after a DELETE, which answers 204 with nothing', async () => {
    const { _id } = await create(path, body());

    const answer = await biot.call(`DELETE ${path}/${_id}`);

    const after = await biot.call(`GET ${path}/${_id}`);
    expect([answer.status, answer.text, after.status]).toEqual([204, '', 404]);
  });

  it.each(['GET', 'PATCH', 'DELETE'])('is refused to %s when nobody has the id', async (method) => {
    const answer = await biot.call(`${method} ${path}/nobody`, method === 'PATCH' ? { body: {} } : {});

    expect([answer.status, answer.body]).toEqual([404, errorBody(notFoundCode, { id: 'nobody' })]);
  });

  it('is found by a search', async () => {
    const created = await create(path, body());
    const request = {
      filter: { _id: { in: [created._id], notIn: [], filter: {} } },
      sort: [{ prop: '_creationTime', order: 'ASC' }],
      freeTextSearch: '',
      limit: 30,
      page: 0,
    };

    const answer = await search(path, request);

    const { data, metadata } = answer.body as { data: Json[]; metadata: Json };
    const { freeTextSearch, ...rest } = metadata;
    expect([answer.status, data]).toEqual([200, [created]]);
    expect(rest).toEqual({
      sort: request.sort,
      filter: request.filter,
      page: { totalResults: 1, page: 0, limit: 30 },
    });
  });

  it('is found by the name of its template', async () => {
    const created = await create(path, body());
    const { name } = created._template as { name: string };

    const { body: found } = await search(path, { filter: { _templateName: { eq: name } }, limit: 1000 });

    expect((found as { data: Json[] }).data).toContainEqual(created);
  });

  it('is refused without a token, and with a wrong one', async () => {
    const answers = [
      await biot.call(`GET ${path}`, { token: null }),
      await biot.call(`POST ${path}`, { token: 'nonsense', body: body() }),
    ];

    expect(answers.map(({ status, body: answered }) => [status, answered])).toEqual(
      Array(2).fill([401, errorBody('TOKEN_NOT_VALID')]),
    );
  });
});

describe('the search', () => {
  it('goes through pages to the last', async () => {
    for (const nationalId of ['1', '2', '3']) {
      await create(PATIENTS, newPatient({ _nationalId: nationalId, group: 'paged' }));
    }
    const request = (page: number) => ({
      filter: { group: { eq: 'paged' } },
      sort: [{ prop: '_nationalId', order: 'ASC' }],
      limit: 2,
      page,
    });

    const answers = [await search(PATIENTS, request(0)), await search(PATIENTS, request(1))];

    const pages = answers.map(({ body }) => body as { data: Json[]; metadata: { page: Json } });
    expect(pages.map(({ data }) => data.map(({ _nationalId }) => _nationalId))).toEqual([['1', '2'], ['3']]);
    expect(pages.map(({ metadata }) => metadata.page)).toEqual([
      { totalResults: 3, page: 0, limit: 2 },
      { totalResults: 3, page: 1, limit: 2 },
    ]);
  });

  it.each(['{', 'null', '{"filter":null}', '{"filter":{"_id":null}}', '{"filter":{"_id":{"nonsense":1}}}'])(
    'never answers %s with a server error',
    async (searchRequest) => {
      const { status } = await biot.call(
        `GET ${PATIENTS}?searchRequest=${encodeURIComponent(searchRequest)}`,
      );

      expect([200, 400]).toContain(status);
    },
  );
});

describe('a path or method that BioT does not have', () => {
  it.each([
    ['GET /organization/v1/nothing', 404],
    ['GET /device/v1/devices', 404],
    [`GET ${PATIENTS}/a/b`, 404],
    [`PUT ${PATIENTS}`, 405],
    [`DELETE ${PATIENTS}`, 405],
  ])('is refused: %s', async (call, status) => {
    const answer = await biot.call(call);

    expect([answer.status, (answer.body as Json).traceId]).toEqual([
      status,
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ]);
  });
});
