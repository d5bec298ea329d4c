import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';
import { parseSearchRequest, searchEntities } from '../search.ts';
import {
  createSecretKey,
  createServiceUser,
  deleteServiceUser,
  findServiceUser,
  type ServiceUsersOptions,
  toServiceUserResponse,
  updateServiceUser,
} from './serviceUsers.ts';
import type { Tokens } from './tokens.ts';

export type ServiceUserRoutesOptions = ServiceUsersOptions & { tokens: Pick<Tokens, 'verify'> };

const SERVICES = '/ums/v2/services';

/** Service users as somebody makes them by hand; those of plugins are found here too. */
export const serviceUserRoutes: FastifyPluginAsync<ServiceUserRoutesOptions> = async (app, options) => {
  const permit = (scope: string) => ({
    onRequest: async ({ headers }: Pick<FastifyRequest, 'headers'>) => {
      if (!options.tokens.verify(headers.authorization).scopes.includes(scope))
        throw new BiotError({ status: 403, code: 'ACCESS_DENIED', message: 'Access denied' });
    },
  });
  type ById = { Params: { id: string } };

  app.post(SERVICES, permit('UMS_SERVICES_CREATE_SERVICE_USER'), async ({ body }, reply) =>
    reply.code(201).send(createServiceUser(options, body)),
  );
  app.get<{ Querystring: { searchRequest?: string } }>(
    SERVICES,
    permit('UMS_USERS_SEARCH_SERVICE_USERS'),
    async ({ query }) => search(options, query.searchRequest),
  );
  app.get<ById>(`${SERVICES}/:id`, permit('UMS_USERS_GET_SERVICE_USER_BY_ID'), async ({ params }) =>
    toServiceUserResponse(findServiceUser(options, params.id)),
  );
  app.patch<ById>(`${SERVICES}/:id`, permit('UMS_SERVICES_UPDATE_SERVICE_USER'), async ({ params, body }) =>
    updateServiceUser(options, params.id, body),
  );
  app.delete<ById>(
    `${SERVICES}/:id`,
    permit('UMS_SERVICES_DELETE_SERVICE_USER'),
    async ({ params }, reply) => {
      deleteServiceUser(options, params.id);
      return reply.code(204).send();
    },
  );
  app.post<ById>(
    `${SERVICES}/:id/secret-keys`,
    permit('UMS_USERS_CREATE_SECRET_KEY_BY_SERVICE_USER_ID'),
    async ({ params }, reply) => reply.code(201).send(createSecretKey(options, params.id)),
  );
};

/** Sorted by a time that the answer does not have. */
function search({ state }: ServiceUserRoutesOptions, searchRequest: string | undefined): object {
  const rows = [...state.serviceUsers.values()].map((serviceUser) => ({
    ...toServiceUserResponse(serviceUser),
    creationTime: serviceUser.creationTime ?? serviceUser.secretKeys[0]?.creationTime,
  }));
  const { data, metadata } = searchEntities(rows, parseSearchRequest(searchRequest), 'creationTime');
  return { data: data.map(({ creationTime: _time, ...row }) => row), metadata };
}
