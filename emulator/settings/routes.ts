import multipart from '@fastify/multipart';
import type { FastifyPluginAsync } from 'fastify';
import type { State } from '../state.ts';
import { catalogueRoutes } from './catalogueRoutes.ts';
import { createPlugin } from './createPlugin.ts';
import { deletePlugin } from './deletePlugin.ts';
import { readPluginParts } from './multipart.ts';
import { patchPlugin } from './patchPlugin.ts';
import { createPermit } from './permit.ts';
import { findPlugin, openPlugins, type PluginsOptions, toResponse } from './plugins.ts';
import { searchRows } from './searchRows.ts';
import { issueTempCredentials } from './tempCredentials.ts';

const MAX_CODE_BYTES = 50 * 1024 * 1024;
const PATH = '/settings/v2/plugins';
const SEARCH_FIELDS = [
  ...['name', 'displayName', 'version', 'endpointUrl', 'timeout', 'runtime', 'handler', 'memorySize'],
  ...['enabledState', 'creationTime', 'lastModifiedTime', 'deploymentPackageType', 'ephemeralStorage'],
];

export type SettingsOptions = PluginsOptions & {
  state: Pick<State, 'tempCredentials'>;
  verifyToken(authorization: string | undefined): { scopes: string[] };
  region: string;
  /** `host:port/name` of the docker repository. @throws BiotError when there is no registry */
  repositoryUri(): string;
};

type Search = { Querystring: { searchRequest?: string } };
type Named = { Params: { name: string } };

/** Plugins, the credentials for their docker repository, and what they can hook into. */
export const settings: FastifyPluginAsync<SettingsOptions> = async (app, options) => {
  await app.register(multipart, { limits: { fileSize: MAX_CODE_BYTES, fieldSize: MAX_CODE_BYTES } });
  const permit = createPermit(options.verifyToken);
  const plugins = openPlugins(options);
  const { state, clock, region } = options;
  await app.register(catalogueRoutes, { permit });

  app.post(PATH, { onRequest: permit('SETTINGS_PLUGIN_CREATE') }, async (request, reply) => {
    const plugin = await createPlugin(plugins, await readPluginParts(request));
    return reply.code(201).send(toResponse(plugin, options));
  });
  app.get<Search>(PATH, { onRequest: permit('SETTINGS_PLUGIN_SEARCH') }, async ({ query }) => {
    const rows = [...state.plugins.values()].map((plugin) => toResponse(plugin, options)).reverse();
    return searchRows(rows, query.searchRequest, {
      fields: SEARCH_FIELDS,
      sort: { prop: 'creationTime', order: 'DESC' },
    });
  });
  app.get<Named>(`${PATH}/:name`, { onRequest: permit('SETTINGS_PLUGIN_GET') }, async ({ params }) =>
    toResponse(findPlugin(state, params.name), options),
  );
  // BioT's guide says PUT where its published API has PATCH only.
  app.route<Named>({
    method: ['PATCH', 'PUT'],
    url: `${PATH}/:name`,
    onRequest: permit('SETTINGS_PLUGIN_UPDATE'),
    handler: async (request) =>
      toResponse(await patchPlugin(plugins, request.params.name, await readPluginParts(request)), options),
  });
  app.delete<Named>(
    `${PATH}/:name`,
    { onRequest: permit('SETTINGS_PLUGIN_DELETE') },
    async ({ params }, reply) => {
      await deletePlugin(plugins, params.name);
      return reply.code(204).send();
    },
  );
  app.get(
    `${PATH}/docker-repository/temp-credentials`,
    { onRequest: permit('SETTINGS_PLUGIN_GET_DOCKER_REPOSITORY_TEMP_CREDENTIALS') },
    async () => {
      const repositoryUri = options.repositoryUri();
      return { credentials: issueTempCredentials(state, clock.now()), region, repositoryUri };
    },
  );
};
