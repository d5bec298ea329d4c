import type { FastifyPluginAsync } from 'fastify';
import { adaptableEntityTypes, interceptableApis, notifiableActions, toDisplayName } from '../catalogue.ts';
import type { Permit } from './permit.ts';
import { searchRows } from './searchRows.ts';

const FIELDS = ['apiId', 'entityTypeName', 'servicePrefix'];

/** ADAPT_ENTITY takes an entity type and no API, so these rows have none. */
const entities = adaptableEntityTypes.map((entityTypeName) => ({
  entityTypeName,
  servicePrefix: interceptableApis.find((api) => api.entityTypeName === entityTypeName)?.servicePrefix ?? '',
}));

const interceptions = [...interceptableApis, ...entities];

/** Action names are as subscriptions take them; BioT's example prints `CREATE` for `_create`. */
const entityTypes = Object.entries(notifiableActions).flatMap(([entityName, actions]) =>
  actions.map((actionName) => ({
    entityName,
    entityDisplayName: toDisplayName(entityName),
    actionName,
    actionDisplayName: toDisplayName(actionName),
  })),
);

/** What can be intercepted and what is told of. */
export const catalogueRoutes: FastifyPluginAsync<{ permit: Permit }> = async (app, { permit }) => {
  app.get<{ Querystring: { searchRequest?: string } }>(
    '/settings/v1/interceptions',
    { onRequest: permit('SETTINGS_SEARCH_INTERCEPTION_SUBSCRIPTION_CONFIGURATIONS') },
    async ({ query }) =>
      searchRows(interceptions, query.searchRequest, {
        fields: FIELDS,
        sort: { prop: 'apiId', order: 'ASC' },
      }),
  );
  for (const version of ['v1', 'v2'])
    app.get(
      `/settings/${version}/entity-types/action-notifications`,
      { onRequest: permit('SETTINGS_GET_ENTITY_TYPES') },
      async () => ({ entityTypes }),
    );
};
