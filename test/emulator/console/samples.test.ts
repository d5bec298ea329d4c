import { type Json, startTestEmulator, type TestEmulator } from '../../builders/emulator.ts';

const DEVICE = '/device/v1/devices/{deviceId}';

describe('POST /emulator/samples', () => {
  let emulator: TestEmulator;

  /** Asks for a sample and does what it says. */
  const call = async (wanted: Json) => {
    const { body: sample } = await emulator.call('POST /emulator/samples', { body: wanted });
    const { method, path, body } = sample as { method: string; path: string; body?: Json };
    return emulator.call(`${method} ${path}`, { ...(body && { body }) });
  };

  beforeAll(async () => {
    emulator = await startTestEmulator();
  });

  afterAll(() => emulator?.close());

  it.each([
    ['POST/organization/v1/organizations', 201],
    ['POST/device/v2/devices', 201],
    [`POST${DEVICE}/usage-sessions`, 201],
    [`GET${DEVICE}/usage-sessions/{id}`, 200],
    [`POST${DEVICE}/commands/{templateName}/start`, 201],
    [`POST${DEVICE}/commands/{id}/stop`, 200],
    ['GET/organization/v1/users/patients', 200],
    ['POST/organization/v1/users/patients/{id}/enabled-state/{state}', 200],
    ['PATCH/organization/v1/users/patients/{patientId}/alerts/{id}', 200],
    ['PATCH/generic-entity/v3/generic-entities/{templateName}/{id}', 200],
    ['DELETE/organization/v1/registration-codes/{id}', 204],
    ['POST/measurement/v1/measurements/bulk', 200],
  ])('says how %s is called', async (apiId, status) => {
    const answer = await call({ apiId });

    expect([answer.status, answer.status < 300 ? '' : answer.text]).toEqual([status, '']);
  });

  it.each(['patient', 'device', 'command', 'organization-user', 'patient-alert'])(
    'says how a %s is seen',
    async (entityTypeName) => {
      const { body } = await call({ entityTypeName });

      expect((body as { data: Json[] }).data.length).toBeGreaterThan(0);
    },
  );

  it('says how an action is told, about an entity that is there', async () => {
    const { body } = await call({ entityTypeName: 'caregiver', actionName: '_create' });

    const { entity } = body as { entity: Json };
    const read = await emulator.call(`GET /organization/v1/users/caregivers/${entity._id}`);
    expect(read.body).toMatchObject({ _id: entity._id, _employeeId: '4711' });
  });

  it.each([[{ apiId: 'GET/settings/v2/plugins' }], [{ entityTypeName: 'nothing' }], [{}]])(
    'says of %j that it has no sample',
    async (body) => {
      const answer = await emulator.call('POST /emulator/samples', { body });

      expect([answer.status, (answer.body as Json).code]).toEqual([404, 'NO_SAMPLE']);
    },
  );
});
