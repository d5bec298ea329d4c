import type { FastifyPluginAsync } from 'fastify';
import { searchEntities } from '../search.ts';
import { answerCall } from './answerCall.ts';
import { recordCalls } from './apiSpan.ts';
import { apis } from './apis.ts';
import type { EntitiesOptions } from './entitiesOptions.ts';
import { fillEntities } from './fillEntities.ts';
import { withoutBody } from './withoutBody.ts';

/** The entity APIs with their hooks around: PRE_REQUEST → API → ADAPT_ENTITY → POST_REQUEST, then notifications. */
export const entities: FastifyPluginAsync<EntitiesOptions> = async (app, options) => {
  const { state, clock, traces, verifyToken } = options;
  fillEntities(state, clock.now());
  withoutBody(app);
  recordCalls(app, traces);
  app.get('/settings/v1/templates/minimized', async (request) => {
    verifyToken(request.headers.authorization);
    const templates = [...state.templates.values()];
    const sort = [{ prop: 'id', order: 'ASC' }];
    const { data } = searchEntities(templates, { limit: templates.length, sort });
    return { data, metadata: { page: { totalResults: data.length, page: 0, limit: data.length } } };
  });
  for (const service of new Set(apis.map(({ path }) => path.split('/')[1])))
    app.all(`/${service}/*`, (request, reply) => answerCall(options, request, reply));
};
