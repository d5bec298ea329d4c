import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Entity, State, User } from '../state.ts';
import {
  checkPassword,
  checkRefreshToken,
  checkSecretKey,
  endSession,
  type LoginsOptions,
  openSession,
  refreshSession,
} from './logins.ts';
import { serviceUserRoutes } from './serviceUserRoutes.ts';
import { toPublicKeys } from './signingKeys.ts';

/** A patient, a caregiver or the like logged in or out. `call` is `METHOD /path`; `apiId` the same without the space. */
export type Login = {
  origin: { traceId: string; apiId: string; call: string };
  entityTypeName: string;
  actionName: '_login' | '_logout';
  entity: Entity;
  startedAt: Date;
  initiatorId: string;
  /** `ip:port` */
  sourceIpAddress: string;
};

export type UmsOptions = LoginsOptions & {
  state: Pick<State, 'signingKeys'>;
  notify?(login: Login): void;
};

type Body = Record<string, unknown>;

/** User management: logins, service users and their tokens, the public keys. */
export const ums: FastifyPluginAsync<UmsOptions> = async (app, options) => {
  const announce = (request: FastifyRequest, actionName: Login['actionName'], user: User) => {
    const login = toLogin(options, request, { user, actionName });
    if (login) options.notify?.(login);
  };
  const bodyOf = ({ body }: FastifyRequest) => Object(body) as Body;

  app.post('/ums/v2/users/login', async (request) => {
    const { username, password } = bodyOf(request);
    const user = checkPassword(options, username, password);
    announce(request, '_login', user);
    return openSession(options, user);
  });
  app.post('/ums/v2/users/token/refresh', async (request) =>
    refreshSession(options, bodyOf(request).refreshToken),
  );
  app.post('/ums/v2/users/token/login', async (request) => {
    const user = checkRefreshToken(options, bodyOf(request).refreshToken);
    announce(request, '_login', user);
    return openSession(options, user);
  });
  app.post('/ums/v2/users/logout', async (request, reply) => {
    const user = endSession(options, bodyOf(request).refreshToken);
    if (user) announce(request, '_logout', user);
    return reply.code(200).send();
  });
  app.post('/ums/v2/services/accessToken', async (request) => {
    const { id, secretKey } = bodyOf(request);
    const issued = options.tokens.issueServiceToken(checkSecretKey(options, id, secretKey));
    return { accessToken: issued.token, accessTokenExpiration: issued.expiresAt.toISOString() };
  });
  app.get('/ums/v1/security/public-key', async () => toPublicKeys(options.state));
  await app.register(serviceUserRoutes, options);
};

/** Undefined for somebody who is no entity: nobody can be told of those. */
function toLogin(
  { state, clock }: UmsOptions,
  { traceId, method, url, socket, ip }: FastifyRequest,
  { user, actionName }: { user: User; actionName: Login['actionName'] },
): Login | undefined {
  const { id: initiatorId, entityTypeName = '', entityId = '' } = user;
  const entity = entityTypeName && state.entitiesOf(entityTypeName).get(entityId);
  if (!entity) return undefined;
  const path = url.split('?')[0];
  return {
    origin: { traceId, apiId: `${method}${path}`, call: `${method} ${path}` },
    entityTypeName,
    actionName,
    entity,
    startedAt: clock.now(),
    initiatorId,
    sourceIpAddress: `${ip}:${socket.remotePort}`,
  };
}
