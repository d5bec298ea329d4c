import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { BiotError } from '../biotError.ts';
import { parseSearchRequest, searchEntities } from '../search.ts';
import { parseInterception, parseNotification } from './parseSubscription.ts';
import {
  type SubscriptionServiceOptions,
  subscribeInterception,
  subscribeNotification,
  toRows,
  unsubscribeInterception,
  unsubscribeNotification,
} from './subscriptionService.ts';

export type DispatcherRoutesOptions = SubscriptionServiceOptions & {
  verifyToken(authorization: string | undefined): { scopes: string[] };
};

const NOTIFICATIONS = '/dispatcher/v1/hooks/notifications';
const INTERCEPTIONS = '/dispatcher/v1/hooks/interceptions';

type Search = { Querystring: { searchRequest?: string } };

/** Where programs that are no deployed plugins subscribe endpoints of their own. */
export const dispatcherRoutes: FastifyPluginAsync<DispatcherRoutesOptions> = async (app, options) => {
  const permit = (scope: string) => ({
    onRequest: async ({ headers }: FastifyRequest) => {
      if (options.verifyToken(headers.authorization).scopes.includes(scope)) return;
      throw new BiotError({ status: 403, code: 'ACCESS_DENIED', message: 'Access denied' });
    },
  });
  const post = (path: string, scope: string, run: (body: unknown) => object | undefined) =>
    app.post(path, permit(scope), async ({ body }, reply) => {
      const row = run(body);
      return row ? reply.code(201).send(row) : reply.code(204).send();
    });
  const get = (path: string, scope: string, kind: 'notification' | 'interception') =>
    app.get<Search>(path, permit(scope), async ({ query }) =>
      searchEntities(toRows(options, kind), parseSearchRequest(query.searchRequest), 'creationTime'),
    );

  post(`${NOTIFICATIONS}/subscribe`, 'DISPATCHER_SUBSCRIPTIONS_SUBSCRIBE', (body) =>
    subscribeNotification(options, parseNotification(body)),
  );
  post(`${NOTIFICATIONS}/unsubscribe`, 'DISPATCHER_SUBSCRIPTIONS_UNSUBSCRIBE', (body) =>
    unsubscribeNotification(options, parseNotification(body)),
  );
  get(NOTIFICATIONS, 'DISPATCHER_SUBSCRIPTIONS_SEARCH', 'notification');
  post(`${INTERCEPTIONS}/subscribe`, 'HOOKS_INTERCEPTION_CREATE', (body) =>
    subscribeInterception(options, parseInterception(body)),
  );
  post(`${INTERCEPTIONS}/unsubscribe`, 'HOOKS_INTERCEPTION_DELETE', (body) =>
    unsubscribeInterception(options, parseInterception(body)),
  );
  get(INTERCEPTIONS, 'HOOKS_INTERCEPTION_SEARCH', 'interception');
};
