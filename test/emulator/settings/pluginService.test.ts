import {
  createPlugin,
  deletePlugin,
  type PluginServiceOptions,
} from '../../../emulator/settings/pluginService.ts';
import type { Subscription } from '../../../emulator/state.ts';

const CONFIG = {
  name: 'example',
  displayName: 'Example',
  version: 1,
  subscriptions: {
    interceptions: [{ type: 'ADAPT_ENTITY', entityTypeName: 'patient', order: 7 }],
    notifications: [{ entityTypeName: 'device', actionName: '_create', templateName: 'DeviceType1' }],
  },
};
const ZIP = Buffer.from('the bytes of a ZIP');
const DIGEST = `127.0.0.1:4701/biot-plugins@sha256:${'a'.repeat(64)}`;

const otherSubscription: Subscription = {
  id: 's-1',
  pluginName: 'other',
  endpoint: 'http://127.0.0.1/other',
  kind: 'notification',
  entityTypeName: 'patient',
  actionName: '_create',
};

const service = (overrides: Partial<PluginServiceOptions> = {}): PluginServiceOptions => ({
  state: { plugins: new Map(), serviceUsers: new Map(), subscriptions: [otherSubscription] },
  resolveImage: async (tag) => (tag === 'known' ? DIGEST : undefined),
  deploy: async () => undefined,
  remove: async () => undefined,
  endpointUrlOf: ({ config }) => `http://127.0.0.1/${config.name}`,
  ...overrides,
});

describe('createPlugin', () => {
  it('makes a service user and the subscriptions', async () => {
    const options = service();

    await createPlugin(options, { config: CONFIG, code: ZIP });

    const { plugins, serviceUsers, subscriptions } = options.state;
    expect([...plugins.keys()]).toEqual(['example']);
    expect([...serviceUsers.values()]).toEqual([
      { id: expect.any(String), secretKey: expect.any(String), pluginName: 'example' },
    ]);
    const shared = { id: expect.any(String), pluginName: 'example', endpoint: 'http://127.0.0.1/example' };
    expect(subscriptions).toEqual([
      otherSubscription,
      { ...shared, kind: 'interception', type: 'ADAPT_ENTITY', entityName: 'patient', order: 7 },
      {
        ...shared,
        kind: 'notification',
        entityTypeName: 'device',
        actionName: '_create',
        templateName: 'DeviceType1',
      },
    ]);
  });

  it('makes no subscriptions for a disabled plugin', async () => {
    const options = service();

    await createPlugin(options, { config: { ...CONFIG, enabledState: 'DISABLED' }, code: ZIP });

    expect(options.state.subscriptions).toEqual([otherSubscription]);
  });

  it('undoes everything when the code cannot be deployed', async () => {
    const cause = new Error('No room');
    const options = service({ deploy: () => Promise.reject(cause) });

    const creation = createPlugin(options, { config: CONFIG, code: ZIP });

    await expect(creation).rejects.toMatchObject({
      status: 500,
      code: 'AWS_EXCEPTION',
      details: { className: 'LambdaException' },
      cause,
    });
    expect(options.state).toEqual({
      plugins: new Map(),
      serviceUsers: new Map(),
      subscriptions: [otherSubscription],
    });
  });

  it('leaves the plugin of that name alone when it refuses another', async () => {
    const options = service();
    await createPlugin(options, { config: CONFIG, code: ZIP });
    const before = structuredClone([...options.state.subscriptions]);

    const second = createPlugin(options, { config: CONFIG, code: ZIP });

    await expect(second).rejects.toMatchObject({
      status: 409,
      code: 'PLUGIN_EXISTS_BY_NAME',
      details: { pluginName: 'example' },
    });
    expect(options.state.subscriptions).toEqual(before);
    expect([...options.state.plugins.keys()]).toEqual(['example']);
  });

  it('lets one of two creations of the same name at the same time win', async () => {
    const options = service();
    const config = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: 'known' };

    const results = await Promise.allSettled([
      createPlugin(options, { config }),
      createPlugin(options, { config }),
    ]);

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(options.state.serviceUsers.size).toBe(1);
  });

  it('keeps the digest of an image, not its tag', async () => {
    const options = service();
    const config = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: 'known' };

    const created = await createPlugin(options, { config });

    expect(options.state.plugins.get('example')?.code).toEqual({ kind: 'IMAGE', reference: DIGEST });
    expect(created).toMatchObject({ deploymentPackageType: 'IMAGE', runtime: null, handler: null });
    expect(created).not.toHaveProperty('imageTag');
  });

  it('refuses an unknown image tag with 404', async () => {
    const options = service();
    const config = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: 'unknown' };

    const creation = createPlugin(options, { config });

    await expect(creation).rejects.toMatchObject({
      status: 404,
      code: 'PLUGIN_IMAGE_TAG_NOT_FOUND',
      details: {},
    });
    expect(options.state.plugins.size).toBe(0);
  });

  it('refuses code that comes with an image', async () => {
    const config = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: 'known' };

    const creation = createPlugin(service(), { config, code: ZIP });

    await expect(creation).rejects.toMatchObject({
      status: 400,
      code: 'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE',
      details: {},
    });
  });
});

describe('deletePlugin', () => {
  it.each(['example', 'Plugin-example'])('forgets all of %s and stops its function', async (name) => {
    const removed: string[] = [];
    const options = service({ remove: async ({ config }) => void removed.push(config.name) });
    await createPlugin(options, { config: CONFIG, code: ZIP });

    await deletePlugin(options, name);

    expect(removed).toEqual(['example']);
    expect(options.state).toEqual({
      plugins: new Map(),
      serviceUsers: new Map(),
      subscriptions: [otherSubscription],
    });
  });

  it('refuses an unknown name', async () => {
    const deletion = deletePlugin(service(), 'Plugin-nobody');

    await expect(deletion).rejects.toMatchObject({
      status: 404,
      code: 'PLUGIN_NOT_FOUND',
      details: { pluginName: 'Plugin-nobody' },
    });
  });
});
