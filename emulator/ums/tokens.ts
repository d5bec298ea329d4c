import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import { ORGANIZATION_ID, type ServiceUser, type State, type User } from '../state.ts';
import { scopesOf } from './scopes.ts';

const LIFE_MINUTES = 30;
const REFRESH_LIFE_MINUTES = 24 * 60;
const REUSE_UNTIL_SECONDS = 5 * 60;
const BIOT_SERVICE_USER_ID = 'biotServiceUserId';

/** The claims of BioT's tokens, as seen in captured events: no `iss`, `aud`, `iat` or `nbf`. */
export type Claims = {
  scopes: string[];
  tokenType: 'USER' | 'SERVICE_INTERNAL' | 'SERVICE_EXTERNAL';
  jti: string;
  exp: number;
  serviceUserId?: string;
  refreshTokenId?: string;
  tenantId?: string;
  sub?: string;
};

/** Of a refresh token: what it is good for is only a new access token. */
export type RefreshClaims = Omit<Claims, 'scopes'> & { sub: string };

export type Token = { token: string; expiresAt: Date };

export type Tokens = {
  issueUserToken(user: User, refreshTokenId: string): Token;
  issueRefreshToken(user: User): Token & { id: string };
  issueServiceToken(serviceUser: ServiceUser): Token;
  /** BioT's own token for calling a plugin; reused until five minutes before its end, as BioT does. New after a key rotation. */
  hookToken(hook: 'NOTIFICATION' | 'INTERCEPTOR'): string;
  /** @throws BiotError 401 TOKEN_NOT_VALID */
  verify(authorization: string | undefined): Claims;
  /** Undefined for anything but a good refresh token. */
  readRefreshToken(token: unknown): RefreshClaims | undefined;
};

export type TokensOptions = {
  state: Pick<State, 'signingKeys' | 'serviceUsers' | 'kept'>;
  clock: Clock;
};

export function createTokens(options: TokensOptions): Tokens {
  const { state } = options;
  const hookTokens = new Map<string, Token & { publicKey: string }>();
  const biotServiceUserId = String(state.kept.get(BIOT_SERVICE_USER_ID) ?? randomUUID());
  state.kept.set(BIOT_SERVICE_USER_ID, biotServiceUserId);
  const isKnown = (id: string) => id === biotServiceUserId || state.serviceUsers.has(id);
  const isUsable = ({ expiresAt, publicKey }: Token & { publicKey: string }) =>
    expiresAt.getTime() - options.clock.now().getTime() > REUSE_UNTIL_SECONDS * 1000 &&
    publicKey === state.signingKeys.get('current')?.publicKey; // so that a rotation shows at the next hook

  return {
    issueUserToken: (user, refreshTokenId) =>
      sign(options, LIFE_MINUTES, {
        refreshTokenId,
        tenantId: user.ownerOrganizationId ?? ORGANIZATION_ID,
        scopes: scopesOf(user),
        tokenType: 'USER',
        sub: user.id,
      }),
    issueRefreshToken({ id: sub }) {
      const id = randomUUID();
      return { id, ...sign(options, REFRESH_LIFE_MINUTES, { tokenType: 'USER', jti: id, sub }) };
    },
    issueServiceToken: ({ id, type, accessTokenExpirationInMinutes }) =>
      sign(options, accessTokenExpirationInMinutes ?? LIFE_MINUTES, {
        serviceUserId: id,
        scopes: ['PROTECTED_API'],
        tokenType: type === 'EXTERNAL_SERVICE' ? 'SERVICE_EXTERNAL' : 'SERVICE_INTERNAL',
      }),
    hookToken(hook) {
      const known = hookTokens.get(hook);
      if (known && isUsable(known)) return known.token;
      const claims = { serviceUserId: biotServiceUserId, scopes: HOOK_SCOPES[hook] };
      const issued = sign(options, LIFE_MINUTES, { ...claims, tokenType: 'SERVICE_INTERNAL' });
      hookTokens.set(hook, { ...issued, publicKey: state.signingKeys.get('current')?.publicKey ?? '' });
      return issued.token;
    },
    verify(authorization) {
      const claims = read(options, /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]);
      // A refresh token has no scopes; a service user may be gone since.
      if (claims?.scopes && isKnown(claims.serviceUserId ?? biotServiceUserId)) return claims as Claims;
      throw new BiotError({ status: 401, code: 'TOKEN_NOT_VALID', message: 'Token is not valid' });
    },
    readRefreshToken(token) {
      const claims = read(options, token);
      return claims?.sub && !claims.scopes ? (claims as RefreshClaims) : undefined;
    },
  };
}

const HOOK_SCOPES = {
  NOTIFICATION: ['PROTECTED_API', 'ACTION_NOTIFICATION', 'PERMISSIONS_SYNC_PERMISSIONS'],
  INTERCEPTOR: ['PROTECTED_API', 'PLUGIN_INTERCEPTOR'],
};

/** Reads each key once: that takes longer than to use it. Of the two that there are, and some before them. */
function remember(readKey: (pem: string) => KeyObject): (pem: string) => KeyObject {
  const known = new Map<string, KeyObject>();
  return (pem) => {
    const key = known.get(pem) ?? readKey(pem);
    if (known.size > 8) known.clear();
    known.set(pem, key);
    return key;
  };
}

const toPublicKey = remember(createPublicKey);
const toPrivateKey = remember(createPrivateKey);

/** BioT's header is exactly {"alg":"RS512"}. */
function sign({ state, clock }: TokensOptions, minutes: number, claims: Partial<Claims>): Token {
  const exp = Math.floor(clock.now().getTime() / 1000) + minutes * 60;
  const header = { alg: 'RS512', typ: undefined } as const;
  const options = { algorithm: 'RS512', noTimestamp: true, header } as const;
  const { privateKey = '' } = state.signingKeys.get('current') ?? {};
  const token = jwt.sign({ jti: randomUUID(), ...claims, exp }, toPrivateKey(privateKey), options);
  return { token, expiresAt: new Date(exp * 1000) };
}

/** The claims of a token that one of the keys signed and that has not run out. */
function read({ state, clock }: TokensOptions, token: unknown): Partial<Claims> | undefined {
  if (typeof token !== 'string') return undefined;
  const clockTimestamp = Math.floor(clock.now().getTime() / 1000);
  for (const { publicKey } of state.signingKeys.values()) {
    try {
      const claims = jwt.verify(token, toPublicKey(publicKey), { algorithms: ['RS512'], clockTimestamp });
      return claims as Partial<Claims>;
    } catch {
      // Maybe the other key's.
    }
  }
  return undefined;
}
