import { createPublicKey } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import { ORGANIZATION_ID, type State } from '../state.ts';
import type { Tokens } from './tokens.ts';

export type UmsOptions = {
  state: Pick<State, 'signingKeys' | 'users' | 'serviceUsers'>;
  tokens: Pick<Tokens, 'issueUserToken' | 'issueServiceToken'>;
};

const loginFailed = () => new BiotError({ status: 403, code: 'LOGIN_FAILED', message: 'Login failed' });

/** User management: logins, the service users' tokens, the public key. */
export const ums: FastifyPluginAsync<UmsOptions> = async (app, { state, tokens }) => {
  app.post<{ Body: { username?: string; password?: string } | null }>(
    '/ums/v2/users/login',
    (request, reply) => {
      const user = state.users.get(String(request.body?.username));
      if (!user || request.body?.password !== user.password) throw loginFailed();
      const { token, expiresAt } = tokens.issueUserToken(user);
      return reply.send({
        userId: user.id,
        ownerOrganizationId: ORGANIZATION_ID,
        accessJwt: { token, expiration: expiresAt.toISOString() },
        mfaRequired: false,
      });
    },
  );

  app.post<{ Body: { id?: string; secretKey?: string } | null }>(
    '/ums/v2/services/accessToken',
    (request, reply) => {
      const serviceUser = state.serviceUsers.get(request.body?.id ?? '');
      if (!serviceUser?.secretKeys.some(({ secretKey }) => secretKey === request.body?.secretKey))
        throw loginFailed();
      const { token, expiresAt } = tokens.issueServiceToken(serviceUser);
      return reply.send({ accessToken: token, accessTokenExpiration: expiresAt.toISOString() });
    },
  );

  app.get('/ums/v1/security/public-key', (_request, reply) => {
    const { publicKey = '' } = state.signingKeys.get('current') ?? {};
    const spki = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
    return reply.send({ publicKey: spki.toString('base64') });
  });
};
