import { connect } from '../../deploy/connect.ts';
import { listPlugins } from '../../deploy/listPlugins.ts';
import { startBiotServer } from '../builders/biotServer.ts';

const TOTAL = 250;

describe('listPlugins', () => {
  it('reads all pages, by name', async () => {
    const server = await startBiotServer();
    const asked: object[] = [];
    server.route('GET /settings/v2/plugins', ({ query }, response) => {
      const { page, limit, ...rest } = JSON.parse(query.searchRequest ?? '{}');
      asked.push(rest);
      const names = Array.from({ length: TOTAL }, (_value, index) => ({
        name: `plugin-${index}`,
        version: '2',
      }));
      const data = names.slice(page * limit, (page + 1) * limit);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data, metadata: { page: { totalResults: TOTAL, page, limit } } }));
    });

    const plugins = await listPlugins(connect({ baseUrl: server.baseUrl, token: 'a' }, undefined));
    await server.close();

    expect([plugins.length, plugins.at(-1)]).toEqual([
      TOTAL,
      { name: 'plugin-249', version: 2, deploymentPackageType: 'ZIP' },
    ]);
    expect(new Set(asked.map((request) => JSON.stringify(request)))).toEqual(
      new Set(['{"sort":[{"prop":"name","order":"ASC"}]}']),
    );
  });
});
