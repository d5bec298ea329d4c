import { createPlugin } from '../../../emulator/settings/createPlugin.ts';
import { patchPlugin } from '../../../emulator/settings/patchPlugin.ts';
import type { Plugin } from '../../../emulator/state.ts';
import type { Json } from '../../builders/emulator.ts';
import {
  KNOWN_DIGEST,
  KNOWN_TAG,
  keptBy,
  openTestPlugins,
  type TestPlugins,
} from '../../builders/settings.ts';

const ZIP = Buffer.from('the bytes of a ZIP');
const NEW_ZIP = Buffer.from('the bytes of a newer ZIP');
const PRE = { type: 'PRE_REQUEST', apiId: 'POST/organization/v1/users/patients' };
const CONFIG = {
  name: 'example',
  displayName: 'Example',
  version: 3,
  environmentVariables: { COLOUR: 'blue' },
  subscriptions: {
    interceptions: [PRE],
    notifications: [{ entityTypeName: 'patient', actionName: '_create' }],
  },
};

type Opened = TestPlugins & { plugin: Plugin };

async function openWithPlugin(overrides: Parameters<typeof openTestPlugins>[0] = {}): Promise<Opened> {
  const plugins = openTestPlugins(overrides);
  const plugin = await createPlugin(plugins, { config: CONFIG, code: ZIP });
  plugins.calls.length = 0;
  return { ...plugins, plugin };
}

const kindsOf = ({ state }: TestPlugins) => [...state.subscriptions.values()].map(({ kind }) => kind);

describe('patchPlugin', () => {
  it('keeps all but the time of its last change when nothing is sent', async () => {
    const plugins = await openWithPlugin();
    const subscriptions = [...plugins.state.subscriptions];
    plugins.clock.advance(60_000);

    const patched = await patchPlugin(plugins, 'example', { config: {} });

    const { lastModifiedTime, ...rest } = patched;
    expect(rest).toEqual({ ...plugins.plugin, lastModifiedTime: undefined });
    expect(Date.parse(lastModifiedTime) - Date.parse(patched.creationTime)).toBeGreaterThanOrEqual(60_000);
    expect([...plugins.state.subscriptions]).toEqual(subscriptions);
    expect(plugins.calls).toEqual([]);
  });

  it.each<[string, Json]>([
    ['displayName', { displayName: 'Other' }],
    ['runtime', { runtime: 'nodejs22.x' }],
    ['handler', { handler: 'a.b' }],
    ['timeout', { timeout: 5 }],
    ['memorySize', { memorySize: 256 }],
    ['ephemeralStorage', { ephemeralStorage: 1024 }],
    ['environmentVariables', { environmentVariables: {} }],
  ])('deploys the function anew for another %s', async (_name, config) => {
    const plugins = await openWithPlugin();

    await patchPlugin(plugins, 'example', { config });

    expect(plugins.calls).toEqual(['deploy example 3']);
  });

  it.each<[string, Json]>([
    ['subscriptions', { subscriptions: { interceptions: [] } }],
    ['cronSchedule', { cronSchedule: '0 6 * * ? *' }],
    ['cors', { cors: { allowOrigins: [] } }],
    ['enabledState', { enabledState: 'DISABLED' }],
    ['the same timeout', { timeout: 60 }],
  ])('leaves the function as it is for %s', async (_name, config) => {
    const plugins = await openWithPlugin();

    await patchPlugin(plugins, 'example', { config });

    expect(plugins.calls).toEqual([]);
  });

  it('deploys new code, and throws the old away', async () => {
    const plugins = await openWithPlugin();

    const { code } = await patchPlugin(plugins, 'example', { config: { version: 4 }, code: NEW_ZIP });

    expect([...plugins.state.zips]).toEqual([[code.digest, NEW_ZIP]]);
    expect(plugins.calls).toEqual(['deploy example 4']);
  });

  it('keeps bytes that another plugin has too', async () => {
    const plugins = await openWithPlugin();
    await createPlugin(plugins, { config: { ...CONFIG, name: 'twin' }, code: ZIP });

    await patchPlugin(plugins, 'example', { config: { version: 4 }, code: NEW_ZIP });

    expect([...plugins.state.zips.values()]).toEqual([ZIP, NEW_ZIP]);
  });

  it('takes a new tag of an image, even of the same digest', async () => {
    const plugins = openTestPlugins();
    const config = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: KNOWN_TAG };
    await createPlugin(plugins, { config });

    const patched = await patchPlugin(plugins, 'example', { config: { version: '4', imageTag: KNOWN_TAG } });

    expect([patched.code, patched.config.version]).toEqual([{ kind: 'IMAGE', digest: KNOWN_DIGEST }, 4]);
    expect(plugins.calls).toEqual(['deploy example 3', 'deploy example 4']);
  });

  it.each<[string, Json, Json]>([
    ['the same', { version: 3 }, { currentVersion: 3, requestVersion: 3 }],
    ['a smaller', { version: '2' }, { currentVersion: 3, requestVersion: 2 }],
    ['no', {}, { currentVersion: 3, requestVersion: null }],
  ])('refuses code with %s version', async (_name, config, details) => {
    const plugins = await openWithPlugin();
    const before = keptBy(plugins);

    const patch = patchPlugin(plugins, 'example', { config, code: NEW_ZIP });

    const code = 'PLUGIN_VERSION_MUST_BE_LARGER_WHEN_UPDATING_CODE';
    await expect(patch).rejects.toMatchObject({ status: 400, code, details });
    expect(keptBy(plugins)).toEqual(before);
  });

  it.each([2, 4])('refuses version %i without code', async (version) => {
    const plugins = await openWithPlugin();

    const patch = patchPlugin(plugins, 'example', { config: { version } });

    const code = 'PLUGIN_VERSION_MUST_NOT_BE_CHANGED_WHEN_NOT_UPDATING_CODE';
    const details = { currentVersion: 3, requestVersion: version };
    await expect(patch).rejects.toMatchObject({ status: 400, code, details });
  });

  it('takes the same version without code', async () => {
    const plugins = await openWithPlugin();

    const patched = await patchPlugin(plugins, 'example', { config: { version: '3', timeout: 7 } });

    expect(patched.config).toEqual({ ...plugins.plugin.config, timeout: 7 });
  });

  it('leaves all as it is when the new code cannot be deployed', async () => {
    const plugins = await openWithPlugin();
    const before = keptBy(plugins);
    plugins.deploy = () => Promise.reject(new Error('No room'));

    const config = { version: 4, subscriptions: { interceptions: [] } };
    const patch = patchPlugin(plugins, 'example', { config, code: NEW_ZIP });

    await expect(patch).rejects.toMatchObject({ status: 500, code: 'AWS_EXCEPTION' });
    expect(keptBy(plugins)).toEqual(before);
  });

  it('deploys the old code again when the plugin cannot be kept', async () => {
    const plugins = await openWithPlugin();
    const before = keptBy(plugins);
    const failure = new Error('The disk is full');
    plugins.state.plugins.set = () => {
      throw failure;
    };

    const patch = patchPlugin(plugins, 'example', { config: { version: 4 }, code: NEW_ZIP });

    await expect(patch).rejects.toBe(failure);
    expect([plugins.calls, keptBy(plugins)]).toEqual([['deploy example 4', 'deploy example 3'], before]);
  });

  it.each<[string, Json, string[]]>([
    ['one list, and keeps the other', { subscriptions: { interceptions: [] } }, ['notification']],
    ['the other list', { subscriptions: { notifications: [] } }, ['interception']],
    ['all when it is disabled', { enabledState: 'DISABLED' }, []],
  ])('removes the subscriptions of %s', async (_name, config, kinds) => {
    const plugins = await openWithPlugin();

    await patchPlugin(plugins, 'example', { config });

    expect(kindsOf(plugins)).toEqual(kinds);
  });

  it('makes the subscriptions when it is enabled again', async () => {
    const plugins = await openWithPlugin();
    await patchPlugin(plugins, 'example', { config: { enabledState: 'DISABLED' } });

    await patchPlugin(plugins, 'example', { config: { enabledState: 'ENABLED' } });

    expect(kindsOf(plugins)).toEqual(['interception', 'notification']);
  });

  it('leaves subscriptions in their place when the other list changes', async () => {
    const plugins = await openWithPlugin();
    const [interception] = [...plugins.state.subscriptions.values()];

    await patchPlugin(plugins, 'example', { config: { subscriptions: { notifications: [] } } });

    expect([...plugins.state.subscriptions.values()]).toEqual([interception]);
  });

  it('moves interceptions without an order of their own to another order', async () => {
    const plugins = await openWithPlugin();

    await patchPlugin(plugins, 'example', { config: { subscriptions: { interceptionOrder: 9 } } });

    expect([...plugins.state.subscriptions.values()][1]).toMatchObject({ ...PRE, executionOrder: 9 });
  });

  it('runs patches of one plugin one after another', async () => {
    const plugins = await openWithPlugin();

    const results = await Promise.allSettled(
      [4, 4, 5].map((version) =>
        patchPlugin(plugins, 'Plugin-example', { config: { version }, code: NEW_ZIP }),
      ),
    );

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(plugins.calls).toEqual(['deploy example 4', 'deploy example 5']);
  });

  it('refuses an unknown name', async () => {
    const patch = patchPlugin(openTestPlugins(), 'Plugin-nobody', { config: {} });

    await expect(patch).rejects.toMatchObject({
      status: 404,
      code: 'PLUGIN_NOT_FOUND',
      details: { pluginName: 'Plugin-nobody' },
    });
  });
});
