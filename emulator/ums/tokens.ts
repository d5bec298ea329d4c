import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import { ORGANIZATION_ID, type ServiceUser, type State, type User } from '../state.ts';

const LIFE_SECONDS = 30 * 60;
const REUSE_UNTIL_SECONDS = 5 * 60;

/** The claims of BioT's tokens, as seen in captured events: no `iss`, `aud`, `iat` or `nbf`. */
export type Claims = {
  scopes: string[];
  tokenType: 'USER' | 'SERVICE_INTERNAL';
  jti: string;
  exp: number;
  serviceUserId?: string;
  tenantId?: string;
  sub?: string;
};

export type Token = { token: string; expiresAt: Date };

export type Tokens = {
  issueUserToken(user: User): Token;
  issueServiceToken(serviceUser: ServiceUser): Token;
  /** BioT's own token for calling a plugin; reused until five minutes before its end, as BioT does. */
  hookToken(hook: 'NOTIFICATION' | 'INTERCEPTOR'): string;
  /** @throws BiotError 401 TOKEN_NOT_VALID */
  verify(authorization: string | undefined): Claims;
};

const USER_SCOPES = [
  'PROTECTED_API',
  'SETTINGS_PLUGIN_CREATE',
  'SETTINGS_PLUGIN_GET',
  'SETTINGS_PLUGIN_SEARCH',
  'SETTINGS_PLUGIN_DELETE',
  'SETTINGS_PLUGIN_GET_DOCKER_REPOSITORY_TEMP_CREDENTIALS',
];
const HOOK_SCOPES = {
  NOTIFICATION: ['PROTECTED_API', 'ACTION_NOTIFICATION', 'PERMISSIONS_SYNC_PERMISSIONS'],
  INTERCEPTOR: ['PROTECTED_API', 'PLUGIN_INTERCEPTOR'],
};

export type TokensOptions = { state: Pick<State, 'signingKeys'>; clock: Clock };

export function createTokens({ state, clock }: TokensOptions): Tokens {
  const hookTokens = new Map<string, Token>();
  const biotServiceUserId = randomUUID();

  const issue = (claims: Omit<Claims, 'jti' | 'exp'>): Token => {
    const exp = Math.floor(clock.now().getTime() / 1000) + LIFE_SECONDS;
    // BioT's header is exactly {"alg":"RS512"}.
    const header = { alg: 'RS512', typ: undefined } as const;
    const options = { algorithm: 'RS512', noTimestamp: true, header } as const;
    const { privateKey = '' } = state.signingKeys.get('current') ?? {};
    const token = jwt.sign({ ...claims, jti: randomUUID(), exp }, createPrivateKey(privateKey), options);
    return { token, expiresAt: new Date(exp * 1000) };
  };
  const service = (serviceUserId: string, scopes: string[]) =>
    issue({ serviceUserId, scopes, tokenType: 'SERVICE_INTERNAL' });

  return {
    issueUserToken: ({ id }) =>
      issue({ tenantId: ORGANIZATION_ID, scopes: USER_SCOPES, tokenType: 'USER', sub: id }),
    issueServiceToken: ({ id }) => service(id, ['PROTECTED_API']),
    hookToken(hook) {
      const known = hookTokens.get(hook);
      const isFresh = known && known.expiresAt.getTime() - clock.now().getTime() > REUSE_UNTIL_SECONDS * 1000;
      const current = isFresh ? known : service(biotServiceUserId, HOOK_SCOPES[hook]);
      hookTokens.set(hook, current);
      return current.token;
    },
    verify: (authorization) => verify({ state, clock }, authorization),
  };
}

function verify({ state, clock }: TokensOptions, authorization: string | undefined): Claims {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const clockTimestamp = Math.floor(clock.now().getTime() / 1000);
  for (const { publicKey } of state.signingKeys.values()) {
    try {
      return jwt.verify(token, createPublicKey(publicKey), {
        algorithms: ['RS512'],
        clockTimestamp,
      }) as Claims;
    } catch {
      // Maybe the other key's.
    }
  }
  throw new BiotError({ status: 401, code: 'TOKEN_NOT_VALID', message: 'Token is not valid' });
}
