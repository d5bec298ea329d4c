import { findInterceptedApi } from '../../../emulator/settings/interceptedApi.ts';

describe('findInterceptedApi', () => {
  it.each([
    'POST/organization/v1/users/patients',
    'GET/organization/v1/users/patients/{id}',
    'GET/organization/v1/users/patients/self',
    'PATCH/generic-entity/v3/generic-entities/{templateName}/{id}',
  ])('finds %s as it is written', (apiId) => {
    const found = findInterceptedApi(apiId);

    expect(found).toEqual({ apiId });
  });

  it.each<[string, string, Record<string, string>]>([
    [
      'POST/device/v2/devices/templates/DeviceType1',
      'POST/device/v2/devices/templates/{templateName}',
      { templateName: 'DeviceType1' },
    ],
    [
      'POST/organization/v1/users/patients/{id}/enabled-state/DISABLED',
      'POST/organization/v1/users/patients/{id}/enabled-state/{state}',
      { state: 'DISABLED' },
    ],
    [
      'GET/generic-entity/v3/generic-entities/Drug/7',
      'GET/generic-entity/v3/generic-entities/{templateName}/{id}',
      { templateName: 'Drug', id: '7' },
    ],
    [
      'POST/device/v1/devices/d1/commands/Reboot/start',
      'POST/device/v1/devices/{deviceId}/commands/{templateName}/start',
      { deviceId: 'd1', templateName: 'Reboot' },
    ],
  ])('finds %s as %s with the values it names', (written, apiId, pathFilters) => {
    const found = findInterceptedApi(written);

    expect(found).toEqual({ apiId, pathFilters });
  });

  it.each([
    '',
    'POST',
    'POST/organization/v1/users',
    'PUT/organization/v1/users/patients',
    'GET/organization/v1/users/patients/{patientId}',
    'GET/organization/v1/users/patients/',
    'GET/organization/v1/users/patients/{id}/',
    'POST/device/v1/devices',
    '/organization/v1/users/patients',
    'post/organization/v1/users/patients',
  ])('finds nothing for %j', (apiId) => {
    const found = findInterceptedApi(apiId);

    expect(found).toBeUndefined();
  });
});
