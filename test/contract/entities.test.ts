import { type Answer, type Json, startTestEmulator, type TestEmulator } from '../builders/emulator.ts';
import { ALERTS, type Entry, entries, unique } from '../builders/entityBodies.ts';
import { entitySchemas, searchSchema } from '../builders/entitySchemas.ts';
import { errorSchema, violationsOf } from '../builders/schema.ts';

let biot: TestEmulator;
const templateIds: Record<string, string> = {};

beforeAll(async () => {
  biot = await startTestEmulator();
  const { body } = await biot.call('GET /settings/v1/templates/minimized');
  for (const { name, id } of (body as { data: { name: string; id: string }[] }).data) templateIds[name] = id;
});

afterAll(() => biot.close());

type Created = Json & { _id: string };

const entryOf = (type: string): Entry => entries[type] as Entry;

/** The body of what must have gone well. */
const wellDone = ({ status, body, text }: Answer): Created => {
  if (status > 299) throw new Error(`${status} ${text}`);
  return body as Created;
};

const make = async (type: string, more: Json = {}): Promise<Created> => {
  const { path, template, body } = entryOf(type);
  const sent = { ...body(), _templateId: templateIds[template], ...more };
  return wellDone(await biot.call(`POST ${path}`, { body: sent }));
};

const makeSession = async (): Promise<Created> => {
  const patient = await make('patient');
  const device = await make('device', { _patient: { id: patient._id } });
  const body = { _templateId: templateIds.UsageSession };
  const start = `POST /device/v1/devices/${device._id}/usage-sessions/remote-control/start`;
  return wellDone(await biot.call(start, { body }));
};

const makeCommand = async (): Promise<Created> => {
  const device = await make('device');
  const start = `POST /device/v1/devices/${device._id}/commands/start`;
  return wellDone(await biot.call(start, { body: { _templateId: templateIds.Command } }));
};

const deviceOf = ({ _device }: Json): string => (_device as { id: string }).id;

/** How an answer differs from a status and a schema; none when it fits. */
const flawsOf = ({ status, body }: Answer, expected: number, schema: object): string[] => [
  ...(status === expected ? [] : [`status ${status}: ${JSON.stringify(body)}`]),
  ...violationsOf(schema, body),
];

const refusal = ({ status, body }: Answer) => {
  const { code, details } = body as { code: string; details: object };
  return { flaws: violationsOf(errorSchema, body), status, code, details: Object.keys(details).sort() };
};

const expected = (status: number, code: string, details: string[] = []) => ({
  ...{ flaws: [], status, code },
  details: [...details].sort(),
});

describe.each(Object.keys(entries))('%s', (type) => {
  const { path, template, body, patch, notFoundCode } = entryOf(type);
  const schema = entitySchemas[type] as object;

  it('is created by template id and by template name', async () => {
    const byId = { ...body(), _templateId: templateIds[template] };
    const answers = [
      await biot.call(`POST ${path}`, { body: byId }),
      await biot.call(`POST ${path}/templates/${template}`, { body: body() }),
    ];

    expect(answers.flatMap((answer) => flawsOf(answer, 201, schema))).toEqual([]);
  });

  it('is read, searched, changed and deleted', async () => {
    const { _id } = await make(type);
    const filter = JSON.stringify({ filter: { _id: { eq: _id } } });

    const flaws = [
      flawsOf(await biot.call(`GET ${path}/${_id}`), 200, schema),
      flawsOf(await biot.call(`GET ${path}?searchRequest=${filter}`), 200, searchSchema(schema)),
      flawsOf(await biot.call(`PATCH ${path}/${_id}`, { body: patch }), 200, schema),
    ];
    const removed = await biot.call(`DELETE ${path}/${_id}`);

    expect([flaws.flat(), removed.status, removed.text]).toEqual([[], 204, '']);
  });

  it('is refused where nobody has the id, and of a template that nobody knows', async () => {
    const answers = [
      await biot.call(`GET ${path}/nobody`),
      await biot.call(`PATCH ${path}/nobody`, { body: patch }),
      await biot.call(`DELETE ${path}/nobody`),
      await biot.call(`POST ${path}/templates/nobody`, { body: body() }),
      await biot.call(`POST ${path}`, { body: body() }),
    ];

    const templateCode = type === 'device' ? 'TEMPLATE_NOT_FOUND' : 'TEMPLATE_NOT_FOUND_BY_NAME';
    expect(answers.map(refusal)).toEqual([
      ...Array(3).fill(expected(404, notFoundCode, ['id'])),
      expected(404, templateCode, ['templateName']),
      expected(400, 'ATTRIBUTE_IS_MANDATORY', ['attributeName']),
    ]);
  });
});

describe('people', () => {
  it.each(['patient', 'caregiver', 'organization-user'])('%s is enabled and disabled', async (type) => {
    const { path } = entryOf(type);
    const { _id } = await make(type);

    const answers = [
      await biot.call(`POST ${path}/${_id}/enabled-state/DISABLED`),
      await biot.call(`POST ${path}/${_id}/enabled-state/ENABLED`),
    ];

    const schema = entitySchemas[type] as object;
    expect(answers.flatMap((answer) => flawsOf(answer, 200, schema))).toEqual([]);
    expect(answers.map(({ body }) => (body as Json)._enabled)).toEqual(['DISABLED', 'ENABLED']);
  });

  it('are found as themselves', async () => {
    const own = await biot.call('GET /organization/v1/users/organizations/self');
    const any = await biot.call('GET /organization/v1/users/self');
    const patient = await biot.call('GET /organization/v1/users/patients/self');

    expect(flawsOf(own, 200, entitySchemas['organization-user'] as object)).toEqual([]);
    expect([any.status, (any.body as Json)._userType, (any.body as Json)._id]).toEqual([
      200,
      'organization-user',
      biot.userId,
    ]);
    expect(refusal(patient)).toEqual(expected(404, 'USER_NOT_FOUND', ['id']));
  });
});

describe.each(Object.entries(ALERTS))('%s', (type, { parent, path, template }) => {
  const schema = entitySchemas[type] as object;
  const open = async (more: Json = {}) => {
    const { _id: parentId } = await make(parent);
    const body = { _templateId: templateIds[template], _severity: 'MAJOR', ...more };
    const answer = await biot.call(`POST ${path}/${parentId}/alerts`, { body });
    return { answer, parentId, one: `${path}/${parentId}/alerts/${(answer.body as Created)._id}` };
  };

  it('is created, read, searched, changed, cleared and deleted', async () => {
    const { answer, parentId, one } = await open();
    const current = {
      type: 'object',
      required: ['_alerts', `_${parent}`],
      additionalProperties: false,
      properties: { _alerts: { type: 'array', items: schema }, [`_${parent}`]: entitySchemas[parent] },
    };

    const flaws = [
      flawsOf(answer, 201, schema),
      flawsOf(await biot.call(`POST ${path}/${parentId}/alerts/${template}`, { body: {} }), 201, schema),
      flawsOf(await biot.call(`GET ${one}`), 200, schema),
      flawsOf(await biot.call(`GET ${path}/alerts`), 200, searchSchema(schema)),
      flawsOf(await biot.call(`GET ${path}/current/alerts`), 200, searchSchema(current)),
      flawsOf(await biot.call(`PATCH ${one}`, { body: { _severity: 'MINOR' } }), 200, schema),
      flawsOf(
        await biot.call(`PATCH ${one}`, { body: { _state: 'CLEARED', _clearNotes: 'so' } }),
        200,
        schema,
      ),
    ];
    const removed = await biot.call(`DELETE ${one}`);

    expect([flaws.flat(), removed.status]).toEqual([[], 204]);
  });

  it('is refused where it cannot be', async () => {
    const { parentId, one } = await open();
    const { one: other } = await open({ _state: 'CLEARED' });
    const { _id: stranger } = await make(parent);
    const body = { _templateId: templateIds[template] };

    const answers = [
      await biot.call(`POST ${path}/nobody/alerts`, { body }),
      await biot.call(`GET ${path}/${parentId}/alerts/nobody`),
      await biot.call(`GET ${one.replace(parentId, stranger)}`),
      await biot.call(`PATCH ${other}`, { body: { _state: 'ACTIVE' } }),
      await biot.call(`PATCH ${one}`, { body: { _clearNotes: 'not yet' } }),
      await biot.call(`PATCH ${one}`, { body: { _severity: 'BAD' } }),
    ];

    const noParent =
      parent === 'patient'
        ? expected(400, 'ALERT_PARENT_ENTITY_NOT_FOUND', ['parentEntityId'])
        : expected(404, 'DEVICE_NOT_FOUND', ['id']);
    expect(answers.map(refusal)).toEqual([
      noParent,
      expected(404, 'ALERT_NOT_FOUND', ['id']),
      expected(400, 'INCORRECT_PARENT', ['parentEntityId', 'id']),
      expected(400, 'ILLEGAL_STATE_CHANGE', ['oldState', 'newState']),
      expected(400, 'CLEAR_NOTES_GIVEN_ON_OPEN_ALERT'),
      expected(400, 'SELECT_ATTRIBUTE_INVALID_VALUE', ['value', 'allowedValues', 'attributeName']),
    ]);
  });
});

describe('usage-session', () => {
  const schema = entitySchemas['usage-session'] as object;
  const done = {
    _startTime: '2026-01-01T10:00:00Z',
    _endTime: '2026-01-01T11:00:00Z',
    _state: 'DONE',
    _summary: { _stopReasonCode: 'COMPLETION' },
  };

  it('is started, paused, resumed, stopped and deleted by remote control', async () => {
    const session = await makeSession();
    const one = `/device/v1/devices/${deviceOf(session)}/usage-sessions/${session._id}`;

    const answers = [
      await biot.call(`GET ${one}`),
      await biot.call(`POST ${one}/remote-control/pause`),
      await biot.call(`POST ${one}/remote-control/resume`),
      await biot.call(`POST ${one}/remote-control/stop`),
    ];
    const removed = await biot.call(`DELETE ${one}`);

    expect(
      [session, ...answers.map(({ body }) => body)].flatMap((body) => violationsOf(schema, body)),
    ).toEqual([]);
    expect(answers.map(({ status, body }) => [status, (body as Json)._state])).toEqual([
      [200, 'ACTIVE'],
      [200, 'PAUSED'],
      [200, 'ACTIVE'],
      [200, 'DONE'],
    ]);
    expect(removed.status).toBe(204);
  });

  it('is created by template and by usage type, changed and searched', async () => {
    const { _id: patientId } = await make('patient');
    const { _id: deviceId } = await make('device', { _patient: { id: patientId } });
    const sessions = `/device/v1/devices/${deviceId}/usage-sessions`;

    const byTemplate = await biot.call(`POST ${sessions}`, {
      body: { ...done, _templateId: templateIds.UsageSession },
    });
    const byType = await biot.call(`POST ${sessions}/usage-type/UsageSession`, {
      body: { _startTime: done._startTime, _state: 'ACTIVE' },
    });
    const one = `${sessions}/${(byType.body as Created)._id}`;
    const current = await biot.call('GET /device/v1/devices/current/usage-sessions');
    const changed = await biot.call(`PATCH ${one}`, { body: done });
    const found = await biot.call('GET /device/v1/devices/usage-sessions');

    expect([
      ...flawsOf(byTemplate, 201, schema),
      ...flawsOf(byType, 201, schema),
      ...flawsOf(changed, 200, schema),
      ...flawsOf(found, 200, searchSchema(schema)),
    ]).toEqual([]);
    expect((current.body as { data: Json[] }).data).toContainEqual({
      _device: expect.objectContaining({ _id: deviceId }),
      _sessions: [byType.body],
    });
  });

  it('is refused where it cannot be', async () => {
    const session = await makeSession();
    const deviceId = deviceOf(session);
    const { _id: free } = await make('device');
    const start = (id: string) => `POST /device/v1/devices/${id}/usage-sessions/remote-control/start`;
    const one = `/device/v1/devices/${deviceId}/usage-sessions/${session._id}`;
    const body = { _templateId: templateIds.UsageSession };

    const answers = [
      await biot.call(start('nobody'), { body }),
      await biot.call(start(free), { body }),
      await biot.call(start(deviceId), { body }),
      await biot.call(`POST /device/v1/devices/${deviceId}/usage-sessions/usage-type/None`, { body: done }),
      await biot.call(`GET ${one.replace(deviceId, free)}`),
      await biot.call(`GET /device/v1/devices/${deviceId}/usage-sessions/nobody`),
      await biot.call(`POST ${one}/remote-control/resume`),
      await biot.call(`DELETE ${one}`),
      await biot.call(`PATCH ${one}`, { body: { ...done, _endTime: null } }),
      await biot.call(`PATCH ${one}`, { body: { ...done, _summary: null } }),
      await biot.call(`PATCH ${one}`, { body: { ...done, _startTime: '2999-01-01T00:00:00Z' } }),
      await biot.call(`PATCH ${one}`, { body: { ...done, _endTime: '2025-01-01T00:00:00Z' } }),
      await biot.call(`DELETE /device/v2/devices/${deviceId}`),
    ];

    expect(answers.map(refusal)).toEqual([
      expected(404, 'DEVICE_NOT_FOUND', ['id']),
      expected(400, 'SESSION_MISSING_PATIENT_ID', ['deviceId']),
      expected(409, 'DEVICE_IN_SESSION_WITH_USAGE_TYPE', ['deviceId', 'usageTypeId']),
      expected(404, 'SESSION_TEMPLATE_NOT_FOUND_BY_USAGE_TYPE', ['entityName']),
      expected(409, 'SESSION_WRONG_DEVICE_ID', ['id', 'deviceId']),
      expected(404, 'SESSION_NOT_FOUND', ['id']),
      expected(409, 'SESSION_STATE_CHANGE_INVALID', ['currentState', 'targetState']),
      expected(409, 'CANNOT_DELETE_NON_DONE_SESSION', ['id', 'state']),
      expected(400, 'END_TIME_VALUE_INVALID_FOR_SESSION_STATE', ['value', 'state']),
      expected(400, 'STOP_DATA_NULL_FOR_DONE_SESSION'),
      expected(400, 'TIME_IN_FUTURE', ['time', 'currentTime']),
      expected(400, 'START_TIME_AFTER_END_TIME', ['startTime', 'endTime']),
      expected(403, 'UPDATE_DEVICE_HAS_AN_ACTIVE_SESSION', ['attributeName', 'deviceId']),
    ]);
  });
});

describe('command', () => {
  const schema = entitySchemas.command as object;

  it('is started, read, searched, stopped and deleted', async () => {
    const command = await makeCommand();
    const one = `/device/v1/devices/${deviceOf(command)}/commands/${command._id}`;
    const { _id: deviceId } = await make('device');
    const byName = await biot.call(`POST /device/v1/devices/${deviceId}/commands/Command/start`, {
      body: {},
    });

    const flaws = [
      violationsOf(schema, command),
      flawsOf(byName, 201, schema),
      flawsOf(await biot.call(`GET ${one}`), 200, schema),
      flawsOf(await biot.call('GET /device/v1/devices/commands'), 200, searchSchema(schema)),
      flawsOf(await biot.call(`POST ${one}/stop`), 200, schema),
    ];
    const removed = await biot.call(`DELETE ${one}`);

    expect([flaws.flat(), removed.status]).toEqual([[], 204]);
  });

  it('is refused where it cannot be', async () => {
    const command = await makeCommand();
    const commands = `/device/v1/devices/${deviceOf(command)}/commands`;
    const body = { _templateId: templateIds.Command };

    const answers = [
      await biot.call(`POST ${commands}/start`, { body }),
      await biot.call(`POST ${commands}/start`, { body: { _templateId: templateIds.Patient } }),
      await biot.call(`GET ${commands}/nobody`),
      await biot.call(`GET /device/v1/devices/other/commands/${command._id}`),
      await biot.call(`DELETE ${commands}/${command._id}`),
    ];
    await biot.call(`POST ${commands}/${command._id}/stop`);
    const again = await biot.call(`POST ${commands}/${command._id}/stop`);

    expect([...answers, again].map(refusal)).toEqual([
      expected(409, 'DEVICE_IN_COMMAND_WITH_SAME_TEMPLATE', ['deviceId', 'templateId']),
      expected(403, 'ENTITY_TYPE_TEMPLATE_MISMATCH', ['templateId', 'entityType']),
      expected(404, 'COMMAND_NOT_FOUND', ['id']),
      expected(409, 'COMMAND_WRONG_DEVICE_ID', ['id', 'deviceId']),
      expected(409, 'COMMAND_STATE_DELETE_INVALID', ['currentState']),
      expected(409, 'COMMAND_STATE_CHANGE_INVALID', ['currentState']),
    ]);
  });
});

describe('the certificate of a device', () => {
  it('is made, activated and revoked', async () => {
    const { _id } = await make('device');
    const certificate = `/device/v2/devices/${_id}/certificate`;
    const statusOf = async () =>
      ((await biot.call(`GET /device/v2/devices/${_id}`)).body as { _status: Json })._status
        ._certificateStatus;

    const made = await biot.call(`POST ${certificate}`);
    const status = await statusOf();
    const answers = [
      await biot.call(`POST ${certificate}`),
      await biot.call(`POST ${certificate}/activate`),
      await biot.call(`DELETE ${certificate}`),
      await biot.call(`DELETE ${certificate}`),
    ];

    const fields = [
      'certificateId',
      'certificate',
      'privateKey',
      'caCertificate',
      'connectionClientId',
      'endPointUrl',
    ];
    const schema = { type: 'object', required: fields, additionalProperties: { type: 'string' } };
    expect(flawsOf(made, 201, schema)).toEqual([]);
    expect([status, ...answers.map((answer) => answer.status), await statusOf()]).toEqual([
      ...['PERMANENT', 409, 200, 204, 404],
      'NOT_INSTALLED',
    ]);
  });
});

describe('measurements', () => {
  it('are saved one by one and in bulk, and read raw', async () => {
    const { _id: patientId } = await make('patient');
    const metadata = { timestamp: '2026-01-01T10:00:00.000Z', deviceId: unique('device'), patientId };
    const measurement = { metadata, data: { heartRate: 70 } };
    const range = 'startTime=2026-01-01T00:00:00Z&endTime=2026-01-02T00:00:00Z';
    const searchRequest = JSON.stringify({
      filter: { '_patient.id': { eq: patientId }, timestamp: { from: '2026-01-01', to: '2026-01-02' } },
    });

    const saved = await biot.call('POST /measurement/v1/measurements', { body: measurement });
    const bulk = await biot.call('POST /measurement/v1/measurements/bulk', {
      body: { measures: [measurement] },
    });
    const raw = await biot.call(`GET /measurement/v1/measurements/raw?patientId=${patientId}&${range}`);
    const found = await biot.call(`GET /measurement/v2/measurements/raw?searchRequest=${searchRequest}`);

    const { timestamp, deviceId: sourceEntityId } = metadata;
    const measurements = Array(2).fill({ timestamp, data: [70] });
    const measurementSessions = [{ sessionId: '', measurements }];
    const sources = [{ sourceEntityId, measurementSessions }];
    expect([saved.status, saved.body]).toEqual([200, measurement]);
    expect(bulk.body).toEqual({
      metadata: { numberOfMeasuresSaved: 1, numberOfMeasuresFailed: 0 },
      failedMeasures: [],
    });
    expect(raw.body).toEqual({ attributes: [{ attributeName: 'heartRate', sources }] });
    expect((found.body as Json).data).toEqual(
      Array(2).fill({ patientId, sessionId: '', sourceEntityId, timestamp, data: { heartRate: 70 } }),
    );
  });
});

describe('an attribute', () => {
  const refused: [string, string, Json, number, string, string[]][] = [
    [
      'an unknown built-in one',
      'patient',
      { _shoeSize: 1 },
      400,
      'ATTRIBUTE_NOT_VALID_FOR_TEMPLATE',
      ['attributeName', 'templateId'],
    ],
    [
      'a value of another type',
      'patient',
      { _canLogin: 'yes' },
      400,
      'ATTRIBUTE_VALUE_TYPE_MISMATCH',
      ['attributeName', 'value', 'type'],
    ],
    [
      'a name that is a text',
      'patient',
      { _name: 'John' },
      400,
      'ATTRIBUTE_VALUE_TYPE_MISMATCH',
      ['attributeName', 'value', 'type'],
    ],
    [
      'half a name',
      'patient',
      { _name: { firstName: 'John' } },
      400,
      'ATTRIBUTE_IS_MANDATORY',
      ['attributeName'],
    ],
    [
      'an unknown choice',
      'patient',
      { _gender: 'OTHER' },
      400,
      'SELECT_ATTRIBUTE_INVALID_VALUE',
      ['value', 'allowedValues', 'attributeName'],
    ],
    [
      'a phone that is none',
      'patient',
      { _phone: 'call me' },
      400,
      'ATTRIBUTE_REGEX_VALIDATION_FAILED',
      ['attributeName', 'value', 'regex'],
    ],
    [
      'a locale that is none',
      'patient',
      { _locale: 'english' },
      400,
      'VALIDATION_LOCALE_NOT_VALID',
      ['value'],
    ],
    [
      'an unknown time zone',
      'device',
      { _timezone: 'Mars/Olympus' },
      400,
      'VALIDATION_TIMEZONE_NOT_VALID',
      ['value'],
    ],
    [
      'too long a name',
      'generic-entity',
      { _name: 'x'.repeat(33) },
      400,
      'VALIDATION_MAX_ALLOWED_VALUE',
      ['attributeName', 'maxValue'],
    ],
    [
      'no name at all',
      'generic-entity',
      { _name: '' },
      400,
      'VALIDATION_MINIMUM_ALLOWED_VALUE',
      ['attributeName', 'minimum'],
    ],
    ['an id with a blank', 'device', { _id: 'my device' }, 400, 'INVALID_DEVICE_NAME', ['name']],
    [
      'an unknown organization',
      'patient',
      { _ownerOrganization: { id: 'none' } },
      404,
      'ORGANIZATION_NOT_FOUND',
      ['id'],
    ],
    [
      'an unknown caregiver',
      'patient',
      { _caregiver: { id: 'none' } },
      404,
      'REFERENCE_CONFIGURATION_ENTITY_NOT_FOUND',
      ['attributeName', 'entityId'],
    ],
    ['an unknown template', 'patient', { _templateId: 'none' }, 404, 'TEMPLATE_NOT_FOUND', ['id']],
  ];

  it.each(refused)('is refused: %s', async (_name, type, ...[more, ...rest]) => {
    const { path, template, body } = entryOf(type);
    const sent = { ...body(), _templateId: templateIds[template], ...more };

    const answer = await biot.call(`POST ${path}`, { body: sent });

    expect(refusal(answer)).toEqual(expected(...rest));
  });

  it.each([
    ['_email', 'EMAIL_ALREADY_EXIST', ['email']],
    ['_username', 'USERNAME_ALREADY_EXIST', ['username', 'userId']],
  ])('%s belongs to one person only, until they are gone or change it', async (attribute, code, details) => {
    const { path } = entryOf('patient');
    const value = `${unique('someone')}@example.com`;
    const first = await make('patient', { [attribute]: value });
    const second = await make('patient');
    const take = (id: string, text: string | null) =>
      biot.call(`PATCH ${path}/${id}`, { body: { [attribute]: text } });

    const taken = await take(second._id, value.toUpperCase());
    await take(first._id, null);
    const free = await take(second._id, value);
    await biot.call(`DELETE ${path}/${second._id}`);
    const freed = await take(first._id, value);

    expect(refusal(taken)).toEqual(expected(409, code, details));
    expect([free.status, freed.status]).toEqual([200, 200]);
  });
});

describe('generic-entity v3', () => {
  const path = '/generic-entity/v3/generic-entities/GenericEntity';
  const schema = entitySchemas['generic-entity'] as object;

  it('is made, found, read, changed and deleted under the name of its template', async () => {
    const made = await biot.call(`POST ${path}`, { body: { _name: unique('thing') } });
    const one = `${path}/${(made.body as Created)._id}`;

    const flaws = [
      flawsOf(made, 201, schema),
      flawsOf(await biot.call(`GET ${path}`), 200, searchSchema(schema)),
      flawsOf(await biot.call(`GET ${one}`), 200, schema),
      flawsOf(await biot.call(`PATCH ${one}`, { body: { _name: 'changed' } }), 200, schema),
    ];
    const answers = [
      await biot.call(`DELETE ${one}`),
      await biot.call(`GET ${one}`),
      await biot.call(`GET ${path.replace('GenericEntity', 'None')}`),
    ];

    expect([flaws.flat(), answers.map(({ status }) => status)]).toEqual([[], [204, 404, 404]]);
  });
});

describe('POST /organization/v1/organizations/admin/{newAdminId}', () => {
  it('makes another user the administrator, who then cannot be deleted', async () => {
    const { path } = entryOf('organization-user');
    const { _id: organizationId } = await make('organization');
    const owner = { _ownerOrganization: { id: organizationId } };
    const user = await make('organization-user', owner);

    const answer = await biot.call(`POST /organization/v1/organizations/admin/${user._id}`);
    const refused = await biot.call(`DELETE ${path}/${user._id}`);
    const nobody = await biot.call('POST /organization/v1/organizations/admin/nobody');

    expect(flawsOf(answer, 200, entitySchemas.organization as object)).toEqual([]);
    expect((answer.body as Json)._primaryAdministrator).toMatchObject({ id: user._id });
    expect([refused, nobody].map(refusal)).toEqual([
      expected(409, 'USER_IS_ORGANIZATION_ADMIN', ['id']),
      expected(404, 'USER_NOT_FOUND', ['id']),
    ]);
  });
});
