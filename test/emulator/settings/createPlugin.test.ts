import { createHash } from 'node:crypto';
import { createPlugin } from '../../../emulator/settings/createPlugin.ts';
import { toResponse } from '../../../emulator/settings/plugins.ts';
import { ISO_TIME, type Json, UUID } from '../../builders/emulator.ts';
import { KNOWN_DIGEST, KNOWN_TAG, keptBy, openTestPlugins } from '../../builders/settings.ts';

const ZIP = Buffer.from('the bytes of a ZIP');
const ZIP_DIGEST = `sha256:${createHash('sha256').update(ZIP).digest('hex')}`;
const NOTHING = { plugins: [], serviceUsers: [], subscriptions: [], zips: [] };

const config = (overrides: Json = {}): Json => ({
  name: 'example',
  displayName: 'Example',
  version: 1,
  subscriptions: {
    interceptionOrder: 5,
    interceptions: [
      { type: 'ADAPT_ENTITY', entityTypeName: 'patient', order: 7 },
      { type: 'PRE_REQUEST', apiId: 'POST/device/v2/devices/templates/DeviceType1' },
    ],
    notifications: [{ entityTypeName: 'device', actionName: '_create', templateName: 'DeviceType1' }],
  },
  ...overrides,
});
const image = (overrides: Json = {}): Json => config({ deploymentPackageType: 'IMAGE', ...overrides });

describe('createPlugin', () => {
  it('makes the service user, then the subscriptions', async () => {
    const plugins = openTestPlugins();

    const plugin = await createPlugin(plugins, { config: config(), code: ZIP });

    const { serviceUsers, subscriptions } = plugins.state;
    expect([...serviceUsers.values()]).toEqual([
      {
        id: plugin.serviceUserId,
        name: 'Plugin-example',
        type: 'INTERNAL_SERVICE',
        secretKeys: [{ id: UUID, creationTime: ISO_TIME, secretKey: expect.any(String) }],
        pluginName: 'example',
      },
    ]);
    const shared = {
      id: UUID,
      pluginName: 'example',
      endpoint: 'http://127.0.0.1/example',
      creationTime: plugin.creationTime,
      lastModifiedTime: plugin.creationTime,
    };
    expect([...subscriptions.values()]).toEqual([
      {
        ...shared,
        kind: 'interception',
        type: 'ADAPT_ENTITY',
        entityName: 'patient',
        executionOrder: 7,
      },
      {
        ...shared,
        kind: 'interception',
        type: 'PRE_REQUEST',
        apiId: 'POST/device/v2/devices/templates/{templateName}',
        pathFilters: { templateName: 'DeviceType1' },
        executionOrder: 5,
      },
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
    const plugins = openTestPlugins();

    await createPlugin(plugins, { config: config({ enabledState: 'DISABLED' }), code: ZIP });

    expect(plugins.state.subscriptions.size).toBe(0);
  });

  it('has the bytes of the ZIP ready when the function is deployed', async () => {
    const seen: unknown[] = [];
    const plugins = openTestPlugins({
      deploy: async ({ code }) => void seen.push(code, plugins.state.zips.get(code.digest)),
    });

    await createPlugin(plugins, { config: config(), code: ZIP });

    expect(seen).toEqual([{ kind: 'ZIP', digest: ZIP_DIGEST }, ZIP]);
  });

  it('leaves nothing behind when the code cannot be deployed', async () => {
    const cause = new Error('No room');
    const plugins = openTestPlugins({ deploy: () => Promise.reject(cause) });

    const creation = createPlugin(plugins, { config: config(), code: ZIP });

    await expect(creation).rejects.toMatchObject({
      status: 500,
      code: 'AWS_EXCEPTION',
      details: { className: 'LambdaException' },
      cause,
    });
    expect(keptBy(plugins)).toEqual(NOTHING);
  });

  it('removes the function again when the plugin cannot be kept', async () => {
    const plugins = openTestPlugins();
    const failure = new Error('The disk is full');
    plugins.state.plugins.set = () => {
      throw failure;
    };

    const creation = createPlugin(plugins, { config: config(), code: ZIP });

    await expect(creation).rejects.toBe(failure);
    expect([plugins.calls, keptBy(plugins)]).toEqual([['deploy example 1', 'remove example'], NOTHING]);
  });

  it('says so when even that fails', async () => {
    const plugins = openTestPlugins({ remove: () => Promise.reject(new Error('It is stuck')) });
    plugins.state.plugins.set = () => {
      throw new Error('The disk is full');
    };

    const creation = createPlugin(plugins, { config: config(), code: ZIP });

    await expect(creation).rejects.toMatchObject({
      status: 500,
      code: 'PLUGIN_ROLLBACK_FAILED',
      details: { apiName: 'createPlugin' },
    });
  });

  it('leaves the plugin of that name alone when it refuses another', async () => {
    const plugins = openTestPlugins();
    await createPlugin(plugins, { config: config(), code: ZIP });
    const before = keptBy(plugins);

    const second = createPlugin(plugins, { config: config(), code: Buffer.from('other bytes') });

    await expect(second).rejects.toMatchObject({
      status: 409,
      code: 'PLUGIN_EXISTS_BY_NAME',
      details: { pluginName: 'example' },
    });
    expect(keptBy(plugins)).toEqual(before);
  });

  it('lets the first of two creations of one name at the same time win', async () => {
    const plugins = openTestPlugins();

    const results = await Promise.allSettled([
      createPlugin(plugins, { config: image({ imageTag: KNOWN_TAG }) }),
      createPlugin(plugins, { config: config(), code: ZIP }),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(plugins.calls).toEqual(['deploy example 1']);
  });

  it('does not let a plugin wait for one of another name', async () => {
    const slow = Promise.withResolvers<void>();
    const plugins = openTestPlugins({
      deploy: ({ config: { name } }) => (name === 'slow' ? slow.promise : Promise.resolve()),
    });
    const creation = createPlugin(plugins, { config: config({ name: 'slow' }), code: ZIP });

    await createPlugin(plugins, { config: config({ name: 'fast' }), code: ZIP });

    expect([...plugins.state.plugins.keys()]).toEqual(['fast']);
    slow.resolve();
    await creation;
  });

  it('keeps the digest of an image, and never tells its tag', async () => {
    const plugins = openTestPlugins();

    const plugin = await createPlugin(plugins, { config: image({ imageTag: KNOWN_TAG }) });

    expect(plugin.code).toEqual({ kind: 'IMAGE', digest: KNOWN_DIGEST });
    expect(toResponse(plugin, plugins)).toMatchObject({ runtime: null, handler: null });
    expect(toResponse(plugin, plugins)).not.toHaveProperty('imageTag');
  });

  it.each<[string, Json, { status: number; code: string }]>([
    ['an unknown image tag', { imageTag: 'unknown' }, { status: 404, code: 'PLUGIN_IMAGE_TAG_NOT_FOUND' }],
    [
      'a tag of 129 characters',
      { imageTag: 'a'.repeat(129) },
      { status: 400, code: 'PLUGIN_REQUEST_VALIDATION_FAILED' },
    ],
    ['an image without tag and runtime', {}, { status: 400, code: 'PLUGIN_REQUEST_VALIDATION_FAILED' }],
    [
      'a seed image of another language',
      { runtime: 'python3.14' },
      { status: 400, code: 'PLUGIN_REQUEST_VALIDATION_FAILED' },
    ],
    [
      'a seed image where none can be made',
      { runtime: 'nodejs24.x' },
      { status: 400, code: 'PLUGIN_REQUEST_VALIDATION_FAILED' },
    ],
  ])('refuses %s', async (_name, sent, refusal) => {
    const plugins = openTestPlugins();

    const creation = createPlugin(plugins, { config: image(sent) });

    await expect(creation).rejects.toMatchObject({ ...refusal, details: {} });
    expect(keptBy(plugins)).toEqual(NOTHING);
  });

  it('refuses code that comes with an image', async () => {
    const creation = createPlugin(openTestPlugins(), {
      config: image({ imageTag: KNOWN_TAG }),
      code: ZIP,
    });

    await expect(creation).rejects.toMatchObject({
      status: 400,
      code: 'PLUGIN_CODE_IS_NOT_SUPPORTED_FOR_IMAGE_DEPLOYMENT_PACKAGE_TYPE',
      details: {},
    });
  });

  it('gives a ZIP without code the seed', async () => {
    const plugins = openTestPlugins({ seed: { zip: async () => ZIP } });

    const plugin = await createPlugin(plugins, { config: config() });

    expect(plugin.code).toEqual({ kind: 'ZIP', digest: ZIP_DIGEST });
  });

  it('gives an image without tag the seed of its runtime', async () => {
    const plugins = openTestPlugins({ seed: { image: async () => KNOWN_DIGEST } });

    const plugin = await createPlugin(plugins, { config: image({ runtime: 'nodejs24.x' }) });

    expect([plugin.code, plugin.config.runtime]).toEqual([{ kind: 'IMAGE', digest: KNOWN_DIGEST }, null]);
  });
});
