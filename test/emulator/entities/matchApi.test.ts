import { interceptableApis, notifiableActions } from '../../../emulator/catalogue.ts';
import { apis } from '../../../emulator/entities/apis.ts';
import { entityTypes } from '../../../emulator/entities/entityTypes.ts';
import { matchApi } from '../../../emulator/entities/matchApi.ts';

const match = (call: string) => {
  const [method = '', path = ''] = call.split(' ');
  const { apiId, pathVariables, api } = matchApi({ method, path });
  const variables = Object.fromEntries(pathVariables.map(({ name, value }) => [name, value]));
  return { apiId, entityName: api.entityTypeName, variables };
};

describe('matchApi', () => {
  it.each([
    ['GET /organization/v1/users/patients/7', 'patient', { id: '7' }],
    ['GET /organization/v1/users/patients/self', 'patient', {}],
    ['GET /organization/v1/users/patients/alerts', 'patient-alert', {}],
    ['GET /organization/v1/users/patients/current/alerts', 'patient-alert', {}],
    ['POST /organization/v1/users/patients/7/alerts', 'patient-alert', { patientId: '7' }],
    [
      'POST /organization/v1/users/patients/7/enabled-state/ENABLED',
      'patient',
      { id: '7', state: 'ENABLED' },
    ],
    ['GET /organization/v1/users/organizations/7', 'organization-user', { id: '7' }],
    ['GET /organization/v1/users/self', 'organization-user', {}],
    ['GET /organization/v1/organizations/7', 'organization', { id: '7' }],
    ['GET /device/v2/devices/a%3Ab', 'device', { id: 'a:b' }],
    ['POST /device/v1/devices/d/commands/start', 'command', { deviceId: 'd' }],
    ['POST /device/v1/devices/d/commands/Beep/start', 'command', { deviceId: 'd', templateName: 'Beep' }],
    ['POST /device/v1/devices/d/commands/7/stop', 'command', { deviceId: 'd', id: '7' }],
    ['POST /generic-entity/v3/generic-entities/Log', 'generic-entity', { templateName: 'Log' }],
    ['GET /generic-entity/v3/generic-entities/Log/7', 'generic-entity', { templateName: 'Log', id: '7' }],
  ])('finds the API of %s', (call, entityName, variables) => {
    const found = match(call);

    expect(found).toMatchObject({ entityName, variables });
  });

  it('names the API with its variables in braces', () => {
    const { apiId } = match('POST /device/v1/devices/d/usage-sessions/7/remote-control/pause');

    expect(apiId).toBe('POST/device/v1/devices/{deviceId}/usage-sessions/{id}/remote-control/pause');
  });

  it.each([
    ['GET /organization/v1/nothing', 404, 'apis.ts'],
    ['GET /organization/v1/users/patients/', 404, 'apis.ts'],
    ['GET /device/v1/devices', 404, 'apis.ts'],
    ['PUT /device/v2/devices', 405, 'GET, POST'],
    ['POST /organization/v1/users/patients/7', 405, 'GET, PATCH, DELETE'],
  ])('refuses %s with %i and says what there is', (call, status, message) => {
    expect(() => match(call)).toThrow(
      expect.objectContaining({ status, message: expect.stringContaining(message) }),
    );
  });
});

describe('the table of APIs', () => {
  it('calls each as the catalogue of interceptions does', () => {
    const published = new Map(interceptableApis.map(({ apiId, entityTypeName }) => [apiId, entityTypeName]));

    const others = apis
      .map(({ method, path, entityTypeName }) => [method + path, entityTypeName] as const)
      .filter(([apiId, entityTypeName]) => published.get(apiId) !== entityTypeName);

    // Published as an API, but not as one that can be intercepted.
    expect(others).toEqual([['POST/measurement/v1/measurements/bulk', 'measurement']]);
  });

  it('has all entity types that are told about', () => {
    const missing = Object.keys(notifiableActions).filter((name) => !entityTypes.get(name)?.template);

    expect(missing).toEqual([]);
  });
});
