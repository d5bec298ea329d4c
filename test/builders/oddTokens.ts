import fc from 'fast-check';
import { edited, oddJson, oddName, oddText } from './oddValues.ts';
import {
  interceptorClaims,
  type SigningKey,
  signToken,
  signTokenHs512,
  signTokenPs512,
  signTokenRs256,
  unsignedToken,
} from './tokens.ts';

/** BioT's own keys, and one of a stranger. */
export type Signers = { current: SigningKey; previous: SigningKey; stranger: SigningKey };

/** Mostly after now, or with `-1` before; far enough from it that no clock makes a difference. */
const time = (nowSeconds: number, direction: 1 | -1): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.integer({ min: 3_600, max: 1e9 }).map((seconds) => nowSeconds + direction * seconds),
    },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 60, max: 1e9 }).map((seconds) => nowSeconds - direction * seconds),
    },
    { weight: 1, arbitrary: oddJson },
    {
      weight: 1,
      arbitrary: fc.constantFrom('9999999999', 0, -1, 1e308, 4_102_444_800.5, null, [4_102_444_800]),
    },
  );

const scopes = fc.oneof(
  fc.subarray<unknown>([
    'PLUGIN_INTERCEPTOR',
    'ACTION_NOTIFICATION',
    'PROTECTED_API',
    'plugin_interceptor',
    null,
    ['PLUGIN_INTERCEPTOR'],
  ]),
  fc.constantFrom<unknown>(
    'PLUGIN_INTERCEPTOR',
    { PLUGIN_INTERCEPTOR: true, length: 1, 0: 'PLUGIN_INTERCEPTOR' },
    'X PLUGIN_INTERCEPTOR',
    null,
  ),
  oddJson,
);

const claims = (): fc.Arbitrary<unknown> => {
  const now = Math.floor(Date.now() / 1000);
  const base = interceptorClaims();
  return fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .record(
          { exp: time(now, 1), nbf: time(now, -1), iat: time(now, -1), scopes, sub: oddJson, iss: oddJson },
          { requiredKeys: [] },
        )
        .map((odd) => ({ ...base, exp: now + 86_400, ...odd })),
    },
    { weight: 2, arbitrary: edited({ ...base, exp: now + 86_400 }) },
    { weight: 1, arbitrary: oddJson },
  );
};

const header = ({ stranger }: Signers): fc.Arbitrary<object> => {
  const jwk = stranger.privateKey.export({ format: 'jwk' });
  const extras = fc.record(
    {
      typ: fc.constantFrom('JWT', 'at+jwt', null),
      kid: oddText,
      jwk: fc.constant({ kty: jwk.kty, n: jwk.n, e: jwk.e }),
      x5c: fc.constant([stranger.publicKey]),
      jku: fc.constant('http://127.0.0.1:9/keys'),
      cty: fc.constant('JWT'),
      zip: fc.constant('DEF'),
    },
    { requiredKeys: [] },
  );
  const alg = fc.oneof(
    { weight: 6, arbitrary: fc.constant<unknown>('RS512') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(
        'rs512',
        'RS256',
        'RS384',
        'PS512',
        'HS512',
        'ES512',
        'none',
        'NONE',
        '',
        ['RS512'],
      ),
    },
    { weight: 1, arbitrary: oddJson },
  );
  return fc
    .tuple(alg, extras, fc.array(fc.tuple(oddName, oddJson), { maxLength: 1 }))
    .map(([name, more, odd]) => ({
      ...Object.fromEntries(odd),
      ...more,
      alg: name,
    }));
};

/** Tokens signed for real: by BioT, by a stranger, by another algorithm, by a known secret, or not at all. */
export const signedToken = (signers: Signers): fc.Arbitrary<string> =>
  fc
    .tuple(claims(), header(signers), fc.constantFrom('current', 'previous', 'stranger'), fc.nat(11))
    .map(([told, head, by, way]) => {
      const key = signers[by];
      if (way === 0) return signTokenRs256(key, told);
      if (way === 1) return signTokenPs512(key, told);
      if (way === 2) return signTokenHs512(key.publicKey, told, head);
      if (way === 3) return signTokenHs512(key.pem, told, head);
      if (way === 4) return unsignedToken(told, head);
      return signToken(key, told, head);
    });

type Damage = { at: number; length: number; put: string };

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  length: fc.constantFrom(0, 1, 1, 1, 2, 40),
  put: fc.oneof(fc.string({ unit: fc.constantFrom(...'ABab01-_=+/. \n.%'), maxLength: 3 }), oddText),
});

/** A text with some pieces of it replaced, wherever they are. */
const damagedAt = (text: string, { at, length, put }: Damage): string => {
  const start = at % (text.length + 1);
  return text.slice(0, start) + put + text.slice(start + length);
};

/** Good tokens with pieces replaced, or put together of parts of several. */
export function brokenToken({ current, previous, stranger }: Signers): fc.Arbitrary<string> {
  const told = interceptorClaims({ exp: Math.floor(Date.now() / 1000) + 86_400 });
  const good = [
    signToken(current, told),
    signToken(previous, told),
    signToken(current, { ...told, scopes: ['PROTECTED_API'] }),
    signToken(current, { ...told, exp: 1 }),
    signToken(stranger, told),
    unsignedToken(told),
  ];
  const parts = good.map((token) => token.split('.'));
  const part = (index: number) => fc.constantFrom(...parts.map((token) => token[index] ?? ''));
  const joined = fc.oneof(
    fc.constantFrom(...good),
    fc.tuple(part(0), part(1), part(2)).map((three) => three.join('.')),
  );
  return fc
    .tuple(joined, fc.array(damage, { maxLength: 2 }))
    .map(([token, all]) => all.reduce(damagedAt, token));
}
