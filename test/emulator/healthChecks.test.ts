import { startUms, type UmsServer } from '../builders/umsServer.ts';

describe('the health check', () => {
  let ums: UmsServer;

  beforeAll(async () => {
    ums = await startUms();
  });

  afterAll(() => ums.close());

  it.each([
    'ums',
    'settings',
    'dispatcher',
    'organization',
    'device',
    'generic-entity',
    'measurement',
    'file',
  ])('of %s answers without a token', async (service) => {
    const { status, body } = await ums.call(`GET /${service}/system/healthCheck`);

    expect([status, body]).toEqual([
      200,
      {
        version: expect.any(String),
        springVersion: expect.any(String),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
  });
});
