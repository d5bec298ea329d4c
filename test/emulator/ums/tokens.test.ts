import { createPublicKey } from 'node:crypto';
import { createTokens } from '../../../emulator/ums/tokens.ts';
import type { Json } from '../../builders/emulator.ts';
import {
  createSigningKey,
  inSeconds,
  signToken,
  signTokenHs512,
  signTokenRs256,
  unsignedToken,
  userClaims,
} from '../../builders/tokens.ts';

const key = createSigningKey();
const tokens = createTokens({
  signingKey: { privateKey: key.privateKey, publicKey: createPublicKey(key.pem) },
});

const claimsOf = (token: string): Json =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;

describe('hookToken', () => {
  it.each([
    ['NOTIFICATION', 'ACTION_NOTIFICATION', 'PLUGIN_INTERCEPTOR'],
    ['INTERCEPTOR', 'PLUGIN_INTERCEPTOR', 'ACTION_NOTIFICATION'],
  ] as const)('has for a hook of kind %s the scope %s and not %s', (kind, scope, other) => {
    const claims = claimsOf(tokens.hookToken(kind));

    expect(claims).toEqual({
      serviceUserId: expect.any(String),
      scopes: expect.arrayContaining(['PROTECTED_API', scope]),
      tokenType: 'SERVICE_INTERNAL',
      jti: expect.any(String),
      exp: expect.any(Number),
    });
    expect(claims.scopes).not.toContain(other);
  });

  it('reuses a token that lives long enough', () => {
    const first = tokens.hookToken('INTERCEPTOR');

    const second = tokens.hookToken('INTERCEPTOR');

    expect(second).toBe(first);
  });
});

describe('verify', () => {
  it.each(['Bearer', 'bearer'])('returns the claims of a token behind %s', (scheme) => {
    const claims = userClaims();

    const verified = tokens.verify(`${scheme} ${signToken(key, claims)}`);

    expect(verified).toEqual(claims);
  });

  it.each<[string, () => string | undefined]>([
    ['is absent', () => undefined],
    ['is empty', () => 'Bearer '],
    ['is no JWT', () => 'Bearer nonsense'],
    ['comes by another scheme', () => `Basic ${signToken(key, userClaims())}`],
    ['has expired', () => `Bearer ${signToken(key, userClaims({ exp: inSeconds(-1) }))}`],
    ['is signed by somebody else', () => `Bearer ${signToken(createSigningKey(), userClaims())}`],
    ['is signed with RS256', () => `Bearer ${signTokenRs256(key, userClaims())}`],
    ['is signed with the public key as a secret', () => `Bearer ${signTokenHs512(key.pem, userClaims())}`],
    ['is not signed', () => `Bearer ${unsignedToken(userClaims())}`],
  ])('throws 401 TOKEN_NOT_VALID when the token %s', (_name, authorization) => {
    const header = authorization();

    expect(() => tokens.verify(header)).toThrow(
      expect.objectContaining({ status: 401, code: 'TOKEN_NOT_VALID', details: {} }),
    );
  });
});
