import { toInterceptedApi, toNamedApi } from '../../../deploy/endpoint/interceptedApi.ts';

const APIS = [
  'POST/device/v2/devices',
  'POST/device/v2/devices/templates/{templateName}',
  'GET/device/v2/devices/{id}',
  'GET/device/v2/{kind}/{id}',
  'GET/device/v2/devices/{id}/alerts/{alertId}',
];

describe('toInterceptedApi', () => {
  it.each([
    ['POST/device/v2/devices', { apiId: 'POST/device/v2/devices' }],
    ['GET/device/v2/devices/{id}', { apiId: 'GET/device/v2/devices/{id}' }],
    [
      'POST/device/v2/devices/templates/Pump',
      { apiId: 'POST/device/v2/devices/templates/{templateName}', pathFilters: { templateName: 'Pump' } },
    ],
    ['GET/device/v2/devices/d-1', { apiId: 'GET/device/v2/devices/{id}', pathFilters: { id: 'd-1' } }],
    [
      'GET/device/v2/devices/d-1/alerts/{alertId}',
      { apiId: 'GET/device/v2/devices/{id}/alerts/{alertId}', pathFilters: { id: 'd-1' } },
    ],
    ['GET/no/such', { apiId: 'GET/no/such' }],
    ['GET/device/v2/devices/{name}', { apiId: 'GET/device/v2/devices/{name}' }],
  ])('takes %s for what the dispatcher calls it', (named, expected) => {
    const api = toInterceptedApi(named, APIS);

    expect(api).toEqual(expected);
  });
});

describe('toNamedApi', () => {
  it.each([
    ['POST/device/v2/devices/templates/Pump', 'POST/device/v2/devices/templates/{templateName}'],
    ['GET/device/v2/devices/d-1/alerts/{alertId}', 'GET/device/v2/devices/{id}/alerts/{alertId}'],
  ])('writes %s again as plugin.json has it', (named) => {
    const api = toInterceptedApi(named, APIS);

    expect(toNamedApi(api)).toBe(named);
  });

  it('tells a filter that has no place in the path behind it', () => {
    const named = toNamedApi({ apiId: 'POST/device/v2/devices', pathFilters: { templateName: 'Pump' } });

    expect(named).toBe('POST/device/v2/devices (templateName=Pump)');
  });
});
