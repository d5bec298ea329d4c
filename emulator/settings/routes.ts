import { randomBytes } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';
import { parseSearchRequest, searchEntities } from '../search.ts';
import type { State, TempCredentials } from '../state.ts';
import { readPluginParts } from './multipart.ts';
import {
  createPlugin,
  deletePlugin,
  findPlugin,
  type PluginServiceOptions,
  toResponse,
} from './pluginService.ts';

const CREDENTIALS_LIFE_MS = 60 * 60 * 1000;
const MAX_CODE_BYTES = 50 * 1024 * 1024;

export type SettingsOptions = PluginServiceOptions & {
  state: Pick<State, 'tempCredentials'>;
  verifyToken(authorization: string | undefined): { scopes: string[] };
  region: string;
  /** `host:port/name` of the docker repository. @throws BiotError when there is no registry */
  repositoryUri(): string;
};

/** Plugins and the credentials for their docker repository. */
export const settings: FastifyPluginAsync<SettingsOptions> = async (app, options) => {
  await app.register(multipart, { limits: { fileSize: MAX_CODE_BYTES, fieldSize: MAX_CODE_BYTES } });
  const permit = (scope: string) => async (request: Pick<FastifyRequest, 'headers'>) => {
    const { scopes } = options.verifyToken(request.headers.authorization);
    if (!scopes.includes(scope))
      throw new BiotError({ status: 403, code: 'ACCESS_DENIED', message: 'Access denied' });
  };
  type Search = { Querystring: { searchRequest?: string } };
  type Named = { Params: { name: string } };

  app.post('/settings/v2/plugins', { onRequest: permit('SETTINGS_PLUGIN_CREATE') }, async (request, reply) =>
    reply.code(201).send(await createPlugin(options, await readPluginParts(request))),
  );
  app.get<Search>(
    '/settings/v2/plugins',
    { onRequest: permit('SETTINGS_PLUGIN_SEARCH') },
    async (request) => {
      const plugins = [...options.state.plugins.values()].map((plugin) => toResponse(plugin, options));
      const search = parseSearchRequest(request.query.searchRequest);
      return searchEntities(plugins, { sort: [{ prop: 'creationTime', order: 'DESC' }], ...search });
    },
  );
  app.get<Named>(
    '/settings/v2/plugins/:name',
    { onRequest: permit('SETTINGS_PLUGIN_GET') },
    async (request) => toResponse(findPlugin(options, request.params.name), options),
  );
  app.delete<Named>(
    '/settings/v2/plugins/:name',
    { onRequest: permit('SETTINGS_PLUGIN_DELETE') },
    async (request, reply) => {
      await deletePlugin(options, request.params.name);
      return reply.code(204).send();
    },
  );
  app.get(
    '/settings/v2/plugins/docker-repository/temp-credentials',
    { onRequest: permit('SETTINGS_PLUGIN_GET_DOCKER_REPOSITORY_TEMP_CREDENTIALS') },
    async () => {
      const repositoryUri = options.repositoryUri();
      const credentials = toTempCredentials(options.clock.now());
      options.state.tempCredentials.set(credentials.accessKeyId, credentials);
      return { credentials, region: options.region, repositoryUri };
    },
  );
};

/** In the form of STS's: good for an hour. */
function toTempCredentials(now: Date): TempCredentials {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(200).toString('base64'),
    expiration: new Date(now.getTime() + CREDENTIALS_LIFE_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}
