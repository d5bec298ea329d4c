import { createPlugin } from '../../../emulator/settings/createPlugin.ts';
import { deletePlugin } from '../../../emulator/settings/deletePlugin.ts';
import { KNOWN_DIGEST, KNOWN_TAG, keptBy, openTestPlugins } from '../../builders/settings.ts';

const ZIP = Buffer.from('the bytes of a ZIP');
const CONFIG = {
  name: 'example',
  displayName: 'Example',
  version: 1,
  subscriptions: { notifications: [{ entityTypeName: 'device', actionName: '_create' }] },
};
const IMAGE = { ...CONFIG, deploymentPackageType: 'IMAGE', imageTag: KNOWN_TAG };

describe('deletePlugin', () => {
  it.each(['example', 'Plugin-example'])('forgets all of %s and removes its function', async (name) => {
    const plugins = openTestPlugins();
    await createPlugin(plugins, { config: { ...CONFIG, name: 'other' }, code: Buffer.from('other') });
    const before = keptBy(plugins);
    await createPlugin(plugins, { config: CONFIG, code: ZIP });

    await deletePlugin(plugins, name);

    expect([keptBy(plugins), plugins.calls.at(-1)]).toEqual([before, 'remove example']);
  });

  it('puts all back when the function cannot be removed', async () => {
    const cause = new Error('It is stuck');
    const plugins = openTestPlugins({ remove: () => Promise.reject(cause) });
    await createPlugin(plugins, { config: CONFIG, code: ZIP });
    const before = keptBy(plugins);

    const deletion = deletePlugin(plugins, 'example');

    await expect(deletion).rejects.toMatchObject({
      status: 500,
      code: 'AWS_EXCEPTION',
      details: { className: 'LambdaException' },
      cause,
    });
    expect(keptBy(plugins)).toEqual(before);
  });

  it('puts all back when the image cannot be removed', async () => {
    const plugins = openTestPlugins({ forgetImage: () => Promise.reject(new Error('No registry')) });
    await createPlugin(plugins, { config: IMAGE });
    const before = keptBy(plugins);

    const deletion = deletePlugin(plugins, 'example');

    await expect(deletion).rejects.toMatchObject({ status: 500, code: 'AWS_EXCEPTION' });
    expect(keptBy(plugins)).toEqual(before);
  });

  it('says so when even that fails', async () => {
    const plugins = openTestPlugins({ remove: () => Promise.reject(new Error('It is stuck')) });
    await createPlugin(plugins, { config: CONFIG, code: ZIP });
    plugins.state.plugins.set = () => {
      throw new Error('The disk is full');
    };

    const deletion = deletePlugin(plugins, 'example');

    await expect(deletion).rejects.toMatchObject({
      status: 500,
      code: 'PLUGIN_ROLLBACK_FAILED',
      details: { apiName: 'deletePlugin' },
    });
  });

  it('removes an image with its last plugin', async () => {
    const plugins = openTestPlugins();
    await createPlugin(plugins, { config: IMAGE });
    await createPlugin(plugins, { config: { ...IMAGE, name: 'twin' } });

    await deletePlugin(plugins, 'twin');
    const afterFirst = plugins.calls.at(-1);
    await deletePlugin(plugins, 'example');

    expect([afterFirst, plugins.calls.at(-1)]).toEqual(['remove twin', `forget ${KNOWN_DIGEST}`]);
  });

  it('refuses the second of two deletions at the same time', async () => {
    const plugins = openTestPlugins();
    await createPlugin(plugins, { config: CONFIG, code: ZIP });

    const results = await Promise.allSettled([
      deletePlugin(plugins, 'example'),
      deletePlugin(plugins, 'Plugin-example'),
    ]);

    expect(results).toEqual([
      { status: 'fulfilled', value: undefined },
      {
        status: 'rejected',
        reason: expect.objectContaining({
          status: 404,
          code: 'PLUGIN_NOT_FOUND',
          details: { pluginName: 'Plugin-example' },
        }),
      },
    ]);
  });
});
