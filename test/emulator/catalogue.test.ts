import {
  actionNames,
  adaptableEntityTypes,
  entityTypeNames,
  interceptableApis,
  notifiableActions,
  toDisplayName,
} from '../../emulator/catalogue.ts';

const apiIds = interceptableApis.map(({ apiId }) => apiId);

describe('interceptableApis', () => {
  it('has as many APIs of each service as were published, and the later ones', () => {
    const services = [...new Set(interceptableApis.map(({ servicePrefix }) => servicePrefix))];

    const counts = services.map((service) => [
      service,
      interceptableApis.filter(({ servicePrefix }) => servicePrefix === service).length,
    ]);

    expect(Object.fromEntries(counts)).toEqual({
      organization: 38 + 10,
      device: 40 + 1,
      'generic-entity': 6 + 6,
      measurement: 6,
      dms: 5,
      file: 2,
    });
  });

  it('has each of them once', () => {
    const distinct = new Set(apiIds);

    expect(distinct.size).toBe(apiIds.length);
  });

  it.each([
    'POST/organization/v1/users/patients',
    'GET/organization/v1/users/patients/{id}',
    'POST/organization/v1/users/caregivers/{id}/enabled-state/{state}',
    'GET/organization/v1/users/organizations/self',
    'PATCH/organization/v1/users/patients/{patientId}/alerts/{id}',
    'POST/organization/v1/organizations/admin/{newAdminId}',
    'POST/device/v2/devices/templates/{templateName}',
    'DELETE/device/v2/devices/{id}/certificate',
    'POST/device/v1/devices/{deviceId}/usage-sessions/{id}/remote-control/pause',
    'POST/device/v1/devices/{deviceId}/commands/{templateName}/start',
    'GET/device/v1/devices/current/alerts',
    'PATCH/generic-entity/v3/generic-entities/{templateName}/{id}',
    'GET/measurement/v2/measurements/raw',
    'POST/dms/v1/data/reports/export',
    'GET/file/v1/files/{id}/download',
    'GET/file/system/healthCheck',
  ])('has %s', (apiId) => {
    expect(apiIds).toContain(apiId);
  });

  it.each(['POST/device/v1/devices', 'POST/file/v1/files/upload', 'POST/ums/v2/users/login'])(
    'does not have %s',
    (apiId) => {
      expect(apiIds).not.toContain(apiId);
    },
  );
});

describe('notifiableActions', () => {
  it('names only actions that a subscription may name', () => {
    const named = Object.values(notifiableActions).flat();

    expect(named.filter((action) => !actionNames.includes(action))).toEqual([]);
  });

  it('tells of a patient what a user and a measurement can bring', () => {
    expect(notifiableActions.patient).toEqual([
      '_create',
      '_delete',
      '_incomingSms',
      '_login',
      '_logout',
      '_saveMeasurement',
      '_saveMeasurementBulk',
      '_update',
      '_updateEnabledState',
    ]);
  });
});

describe('adaptableEntityTypes', () => {
  it('are all notifiable too', () => {
    expect(adaptableEntityTypes.filter((name) => !entityTypeNames.includes(name))).toEqual([]);
  });
});

describe('toDisplayName', () => {
  it.each([
    ['device', 'Device'],
    ['usage-session', 'Usage Session'],
    ['_create', 'Create'],
    ['_updateEnabledState', 'Update Enabled State'],
  ])('turns %s into %s', (name, displayName) => {
    expect(toDisplayName(name)).toBe(displayName);
  });
});
