import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key pair of BioT's, and how BioT publishes it: bare base64 of the SubjectPublicKeyInfo. */
export type SigningKey = { privateKey: KeyObject; publicKey: string; pem: string };

export type Claims = Record<string, unknown>;

const RS512_HEADER = { alg: 'RS512' };

export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    privateKey,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Seconds since 1970, as in `exp`; a negative argument is in the past. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** What BioT puts into the token of a notification. */
export const notificationClaims = (overrides: Claims = {}): Claims => ({
  serviceUserId: '11111111-2222-4333-8444-555555555555',
  scopes: ['PROTECTED_API', 'ACTION_NOTIFICATION', 'PERMISSIONS_SYNC_PERMISSIONS'],
  tokenType: 'SERVICE_INTERNAL',
  jti: '9b3cb1a2-55c8-4bb4-95a5-4ad8b6c3cb38',
  exp: inSeconds(1790),
  ...overrides,
});

/** What BioT puts into the token of an interceptor; it reuses its tokens, so this one has eight minutes left. */
export const interceptorClaims = (overrides: Claims = {}): Claims => ({
  ...notificationClaims(),
  scopes: ['PROTECTED_API', 'UMS_USERS_CREATE', 'PLUGIN_INTERCEPTOR', 'UMS_USERS_UPDATE'],
  exp: inSeconds(492),
  ...overrides,
});

/** What BioT puts into the access token of a person. */
export const userClaims = (overrides: Claims = {}): Claims => ({
  refreshTokenId: '0d1f2a7e-7b57-4a3f-8ad3-7c8f6a4be7a1',
  tenantId: '00000000-0000-0000-0000-000000000000',
  scopes: ['PROTECTED_API', 'ORGANIZATION_USER_GET'],
  tokenType: 'USER',
  jti: 'e4c7b1f0-3c4e-4c27-b2f5-9f0b9a4a4c11',
  sub: '3e256d8d-e5e2-42bf-a091-1e6b4afef2fb',
  exp: inSeconds(836),
  ...overrides,
});

/** A token as BioT signs it: RS512, and a header of nothing but the algorithm. */
export const signToken = (
  { privateKey }: SigningKey,
  claims: unknown,
  header: object = RS512_HEADER,
): string => compose(header, claims, (input) => sign('RSA-SHA512', Buffer.from(input), privateKey));

export const signTokenRs256 = ({ privateKey }: SigningKey, claims: unknown): string =>
  compose({ alg: 'RS256' }, claims, (input) => sign('RSA-SHA256', Buffer.from(input), privateKey));

export const signTokenPs512 = ({ privateKey }: SigningKey, claims: unknown): string =>
  compose({ alg: 'PS512' }, claims, (input) =>
    sign('RSA-SHA512', Buffer.from(input), {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }),
  );

/** The classic forgery: the public key, which everybody knows, taken for the secret of an HMAC. */
export const signTokenHs512 = (secret: string, claims: unknown, header: object = { alg: 'HS512' }): string =>
  compose(header, claims, (input) => createHmac('sha512', secret).update(input).digest());

export const unsignedToken = (claims: unknown, header: object = { alg: 'none' }): string =>
  compose(header, claims, () => Buffer.alloc(0));

function compose(header: object, claims: unknown, signature: (input: string) => Buffer): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input).toString('base64url')}`;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
