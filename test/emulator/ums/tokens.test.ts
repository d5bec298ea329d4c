import { createClock } from '../../../emulator/clock.ts';
import { createState } from '../../../emulator/state.ts';
import { openStore } from '../../../emulator/store.ts';
import { rotateSigningKeys } from '../../../emulator/ums/signingKeys.ts';
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
import { PLUGIN_USER, STAFF } from '../../builders/umsServer.ts';

const key = createSigningKey();

function newTokens() {
  const state = createState(openStore(undefined));
  const clock = createClock(state.kept as Map<string, number>);
  const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  state.signingKeys.set('current', { privateKey, publicKey: key.pem });
  state.serviceUsers.set(PLUGIN_USER.id, PLUGIN_USER);
  return { state, clock, tokens: createTokens({ state, clock }) };
}

const claimsOf = (token: string): Json =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;

const notValid = expect.objectContaining({ status: 401, code: 'TOKEN_NOT_VALID', details: {} });

describe('hookToken', () => {
  it.each([
    ['NOTIFICATION', 'ACTION_NOTIFICATION', 'PLUGIN_INTERCEPTOR'],
    ['INTERCEPTOR', 'PLUGIN_INTERCEPTOR', 'ACTION_NOTIFICATION'],
  ] as const)('has for a hook of kind %s the scope %s and not %s', (kind, scope, other) => {
    const { tokens } = newTokens();

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

  it.each([
    ['reuses', 24 * 60, true],
    ['replaces', 26 * 60, false],
  ])('%s a token that is %i seconds old', (_verb, seconds, isReused) => {
    const { tokens, clock } = newTokens();
    const first = tokens.hookToken('INTERCEPTOR');
    clock.advance(seconds * 1000);

    const second = tokens.hookToken('INTERCEPTOR');

    expect(second === first).toBe(isReused);
  });

  it('is a new one after a change of the key, so that plugins meet the new key', async () => {
    const { tokens, state } = newTokens();
    const first = tokens.hookToken('INTERCEPTOR');
    await rotateSigningKeys(state);

    const second = tokens.hookToken('INTERCEPTOR');

    expect(second).not.toBe(first);
  });

  it('is accepted by the APIs, also by the same BioT after a restart', () => {
    const { tokens, state, clock } = newTokens();
    const token = tokens.hookToken('NOTIFICATION');

    const restarted = createTokens({ state, clock });

    expect(restarted.verify(`Bearer ${token}`)).toEqual(claimsOf(token));
  });
});

describe('issueServiceToken', () => {
  it.each([
    [undefined, 30],
    [1, 1],
    [120, 120],
  ])('lives, with accessTokenExpirationInMinutes %s, for %i minutes', (minutes, expected) => {
    const { tokens, clock } = newTokens();
    const life = minutes !== undefined && { accessTokenExpirationInMinutes: minutes };
    const { token } = tokens.issueServiceToken({ ...PLUGIN_USER, ...life });
    clock.advance(expected * 60_000 - 5000);
    const before = tokens.verify(`Bearer ${token}`);

    clock.advance(6000);

    expect(before.serviceUserId).toBe(PLUGIN_USER.id);
    expect(() => tokens.verify(`Bearer ${token}`)).toThrow(notValid);
  });

  it.each([
    ['INTERNAL_SERVICE', 'SERVICE_INTERNAL'],
    ['EXTERNAL_SERVICE', 'SERVICE_EXTERNAL'],
  ] as const)('says of an %s that it is a %s', (type, tokenType) => {
    const { tokens } = newTokens();

    const { token } = tokens.issueServiceToken({ ...PLUGIN_USER, type });

    expect(claimsOf(token).tokenType).toBe(tokenType);
  });
});

describe('verify', () => {
  it.each(['Bearer', 'bearer'])('returns the claims of a token behind %s', (scheme) => {
    const claims = userClaims();

    const verified = newTokens().tokens.verify(`${scheme} ${signToken(key, claims)}`);

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
    ['is for refreshing only', () => `Bearer ${newTokens().tokens.issueRefreshToken(STAFF).token}`],
  ])('throws 401 TOKEN_NOT_VALID when the token %s', (_name, authorization) => {
    const header = authorization();

    expect(() => newTokens().tokens.verify(header)).toThrow(notValid);
  });

  it('throws 401 TOKEN_NOT_VALID when the service user was removed since', () => {
    const { tokens, state } = newTokens();
    const { token } = tokens.issueServiceToken(PLUGIN_USER);

    state.serviceUsers.delete(PLUGIN_USER.id);

    expect(() => tokens.verify(`Bearer ${token}`)).toThrow(notValid);
  });
});
