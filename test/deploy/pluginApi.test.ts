import { connect } from '../../deploy/connect.ts';
import { createPluginApi } from '../../deploy/pluginApi.ts';
import { type BiotServer, biotError, startBiotServer } from '../builders/biotServer.ts';

const PLUGINS = '/settings/v2/plugins';
const CODE = { imageTag: '1' };

describe('createPluginApi', () => {
  let server: BiotServer;

  const api = () => createPluginApi(connect({ baseUrl: server.baseUrl, token: 'a' }, undefined));

  beforeAll(async () => {
    server = await startBiotServer();
  });

  afterAll(() => server.close());

  it('takes a version that is text and a type that is absent, as BioT’s documentation shows them', async () => {
    const written = { name: 'hello', version: '2', more: [1] };
    for (const call of ['GET', 'PATCH']) server.route(`${call} ${PLUGINS}/Plugin-hello`, { body: written });
    server.route(`POST ${PLUGINS}`, { body: written });

    const read = await Promise.all([
      api().create({ name: 'hello' }, CODE),
      api().update('hello', {}),
      api().get('hello'),
      api().find('hello'),
    ]);

    const plugin = { name: 'hello', version: 2, more: [1], deploymentPackageType: 'ZIP' };
    expect(read).toEqual([plugin, plugin, plugin, plugin]);
  });

  it('finds nothing where BioT knows no such plugin, and passes any other refusal on', async () => {
    server.route(
      `GET ${PLUGINS}/Plugin-none`,
      biotError(404, 'PLUGIN_NOT_FOUND'),
      biotError(403, 'ACCESS_DENIED'),
    );

    const found = await api().find('none');
    const refused = api().find('none');

    expect(found).toBeUndefined();
    await expect(refused).rejects.toMatchObject({ code: 'CALL_TO_API_FAILED' });
  });
});
