import { createHmac, createPublicKey, sign } from 'node:crypto';
import { authenticate as authenticateIn } from '../../../src/runtime/authenticate.ts';
import type { Config } from '../../../src/runtime/config.ts';
import { startFetchingPublicKeys } from '../../../src/runtime/publicKeys.ts';
import {
  type Answer,
  type BiotServer,
  biotError,
  neverAnswer,
  PUBLIC_KEY_CALL,
  resetConnection,
  startBiotServer,
} from '../../builders/biotServer.ts';
import { pluginConfig } from '../../builders/config.ts';
import { TRACE_ID } from '../../builders/events.ts';
import { failureOf } from '../../builders/failure.ts';
import {
  createSigningKey,
  inSeconds,
  notificationClaims,
  signToken,
  signTokenHs512,
  signTokenPs512,
  signTokenRs256,
  unsignedToken,
  userClaims,
} from '../../builders/tokens.ts';

const key = createSigningKey();
const newKey = createSigningKey();
const strangersKey = createSigningKey();
const KEY_PATH = '/ums/v1/security/public-key';
const SCOPE = 'ACTION_NOTIFICATION';
const jwtError = expect.objectContaining({ code: 'JWT_ERROR', status: 401 });
const callFailed = expect.objectContaining({ code: 'CALL_TO_API_FAILED', status: 502 });

const TIME_LEFT_MS = 10_000;

const authenticate = (config: Config, token: string | undefined, requiredScope: string | undefined) =>
  authenticateIn(config, token, { requiredScope, traceId: TRACE_ID, deadline: Date.now() + TIME_LEFT_MS });

const keys = (publicKey: string, previousPublicKey?: string | null): Answer => ({
  body: { publicKey, ...(previousPublicKey !== undefined && { previousPublicKey }) },
});

const strangersJwk = createPublicKey(strangersKey.pem).export({ format: 'jwk' });

/** Signed by BioT's own key, whatever the header says. */
const signed = (header: string, payload = JSON.stringify(notificationClaims())): string => {
  const input = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${input}.${sign('RSA-SHA512', Buffer.from(input), key.privateKey).toString('base64url')}`;
};
const withPayload = (payload: string): string => signed('{"alg":"RS512"}', payload);

/** The public key taken for a secret. */
const hs = (hash: string, alg: string): string => {
  const input = unsignedToken(notificationClaims(), { alg }).slice(0, -1);
  return `${input}.${createHmac(hash, key.pem).update(input).digest('base64url')}`;
};

/** Signed by somebody else, with what a library could take for the key to verify it with. */
const embeddedKeys: [string, object][] = [
  ['jwk', { jwk: strangersJwk }],
  ['jku', { jku: 'http://127.0.0.1:9/keys' }],
  ['x5c', { x5c: [strangersKey.publicKey] }],
  ['x5u', { x5u: 'http://127.0.0.1:9/certificate' }],
  ['a kid that is the key', { kid: strangersKey.publicKey }],
  ['a kid that is a file', { kid: '../../../../dev/null' }],
  ['a crit that nobody knows', { crit: ['exp', 'b64'], b64: false }],
];

/** What everybody can tell from the token alone. */
const junkTokens: [string, string][] = [
  ['is no token', 'junk'],
  ['has empty parts', '..'],
  ['is one of three words', 'one.two.three'],
  ['has a header that is no JSON', `eyJhbGci.${'e30'}.AAAA`],
  ['has a header that is null', `${Buffer.from('null').toString('base64url')}.e30.AAAA`],
  ['has null for claims', signToken(key, null)],
  ['has null for claims and says that it is a JWT', signToken(key, null, { alg: 'RS512', typ: 'JWT' })],
  ['has a number for claims and says that it is a JWT', signToken(key, 5, { alg: 'RS512', typ: 'JWT' })],
  ['has text for claims', signToken(key, 'claims')],
  ['has a list for claims', signToken(key, [])],
  ['is not signed: alg none', unsignedToken(notificationClaims())],
  ['is not signed and says None', unsignedToken(notificationClaims(), { alg: 'None' })],
  ['names no algorithm', unsignedToken(notificationClaims(), {})],
  [
    'is signed with HS512 and the public key (PEM) for the secret',
    signTokenHs512(key.pem, notificationClaims()),
  ],
  [
    'is signed with HS512 and the public key (base64) for the secret',
    signTokenHs512(key.publicKey, notificationClaims()),
  ],
  ['is signed with RS256', signTokenRs256(key, notificationClaims())],
  ['is signed with PS512', signTokenPs512(key, notificationClaims())],
  ['has no exp', signToken(key, notificationClaims({ exp: undefined }))],
  ['has null for exp', signToken(key, notificationClaims({ exp: null }))],
  ['has text for exp', signToken(key, notificationClaims({ exp: String(inSeconds(60)) }))],
  ['has expired', signToken(key, notificationClaims({ exp: inSeconds(-1) }))],
  ['expired a long time ago', signToken(key, notificationClaims({ exp: 0 }))],
  ['expires before all time', signToken(key, notificationClaims({ exp: -1e300 }))],
  ['has a list for exp', signToken(key, notificationClaims({ exp: [inSeconds(60)] }))],
  ['expires beyond all numbers', withPayload(`{"exp":1e999,"scopes":["${SCOPE}"]}`)],
  ['has null for nbf', signToken(key, notificationClaims({ nbf: null }))],
  ['names RS512 in another case', unsignedToken(notificationClaims(), { alg: 'rs512' })],
  ['names RS512 in a list', unsignedToken(notificationClaims(), { alg: ['RS512'] })],
  ['names RS512 first and none last', signed('{"alg":"RS512","alg":"none"}')],
  ['is signed with HS256 and the public key', hs('sha256', 'HS256')],
  ['is signed with HS384 and the public key', hs('sha384', 'HS384')],
  [
    'brings its own key: jwk, with alg none',
    unsignedToken(notificationClaims(), { alg: 'none', jwk: strangersJwk }),
  ],
  ['is encrypted: five parts', `${signToken(key, notificationClaims())}.AAAA.AAAA`],
  ['has a part too many', `${signToken(key, notificationClaims())}.AAAA`],
  ['has a part too few', signToken(key, notificationClaims()).split('.').slice(0, 2).join('.')],
  ['has a space before it', ` ${signToken(key, notificationClaims())}`],
  ['has a line end after it', `${signToken(key, notificationClaims())}\n`],
  ['is longer than any header', signToken(key, notificationClaims({ padding: 'x'.repeat(13_000) }))],
  ['is of 5 MB of dots', '.'.repeat(5_000_000)],
  ['has 5 MB of claims', signToken(key, notificationClaims({ padding: 'x'.repeat(5_000_000) }))],
  [
    'has 5 MB of a header',
    signToken(key, notificationClaims(), { alg: 'RS512', kid: 'x'.repeat(5_000_000) }),
  ],
  ['has 5 MB of a signature', `${signToken(key, notificationClaims())}${'A'.repeat(5_000_000)}`],
  ['has claims five thousand lists deep', withPayload('['.repeat(5_000) + ']'.repeat(5_000))],
  ['is not valid yet: nbf', signToken(key, notificationClaims({ nbf: inSeconds(60) }))],
  ['has text for nbf', signToken(key, notificationClaims({ nbf: 'now' }))],
];

describe('authenticate', () => {
  let biot: BiotServer;
  let config: Config;

  beforeEach(async () => {
    biot = await startBiotServer(key.publicKey);
    config = pluginConfig(biot.baseUrl);
  });

  afterEach(() => biot.close());

  const requestTimes = (count: number, token: string) =>
    Promise.allSettled(Array.from({ length: count }, () => authenticate(config, token, SCOPE)));

  it('takes a token that BioT signed with RS512 and that holds the scope', async () => {
    const token = signToken(key, notificationClaims());

    const result = await authenticate(config, token, SCOPE);

    expect(result).toBeUndefined();
  });

  it('takes a token whose nbf has passed', async () => {
    const token = signToken(key, notificationClaims({ nbf: inSeconds(-1) }));

    const result = await authenticate(config, token, SCOPE);

    expect(result).toBeUndefined();
  });

  it('takes any valid token when no scope is required', async () => {
    const token = signToken(key, userClaims({ scopes: undefined }));

    const result = await authenticate(config, token, undefined);

    expect(result).toBeUndefined();
  });

  it('takes a token that is about to expire: BioT reuses its own', async () => {
    const token = signToken(key, notificationClaims({ exp: inSeconds(5) }));

    const result = await authenticate(config, token, SCOPE);

    expect(result).toBeUndefined();
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['empty', []],
    ['without it', ['PROTECTED_API']],
    ['only alike', ['ACTION_NOTIFICATION_OTHER', 'action_notification', ' ACTION_NOTIFICATION']],
    ['text that contains it', 'PROTECTED_API ACTION_NOTIFICATION'],
    ['exactly its text', 'ACTION_NOTIFICATION'],
    ['an object that contains it', { 0: 'ACTION_NOTIFICATION' }],
    ['nested', [['ACTION_NOTIFICATION']]],
  ])('throws ACCESS_DENIED when the scopes are %s', async (_name, scopes) => {
    const token = signToken(key, notificationClaims({ scopes }));

    const result = authenticate(config, token, SCOPE);

    await expect(result).rejects.toMatchObject({ code: 'ACCESS_DENIED', status: 403 });
  });

  it('throws JWT_ERROR when there is no token', async () => {
    const result = authenticate(config, undefined, SCOPE);

    await expect(result).rejects.toEqual(jwtError);
  });

  it.each(junkTokens)('throws JWT_ERROR without any network when the token %s', async (_name, token) => {
    const result = authenticate(config, token, SCOPE);

    await expect(result).rejects.toEqual(jwtError);
    expect(biot.requests).toEqual([]);
  });

  it.each(junkTokens)(
    'throws JWT_ERROR also with the key at hand when the token %s',
    async (_name, token) => {
      const local = pluginConfig(biot.baseUrl, { BIOT_PUBLIC_KEY: key.publicKey });

      const result = authenticate(local, token, SCOPE);

      await expect(result).rejects.toEqual(jwtError);
    },
  );

  it.each([
    ['signed by somebody else', signToken(strangersKey, notificationClaims())],
    ['without its signature', unsignedToken(notificationClaims(), { alg: 'RS512' })],
    [
      'an HMAC with the public key that claims to be RS512',
      signTokenHs512(key.pem, notificationClaims(), { alg: 'RS512' }),
    ],
    [
      'RS256 that claims to be RS512',
      signTokenRs256(key, notificationClaims()).replace(/^[^.]+/, encodedRs512Header()),
    ],
    ['one whose claims were exchanged', exchangeClaims(signToken(key, userClaims()), notificationClaims())],
  ])('throws JWT_ERROR when the token is %s', async (_name, token) => {
    const result = authenticate(config, token, SCOPE);

    await expect(result).rejects.toEqual(jwtError);
  });

  it.each(embeddedKeys)(
    'throws JWT_ERROR for a token of a stranger that brings its key: %s, and fetches nothing but BioT’s key',
    async (_name, header) => {
      const token = signToken(strangersKey, notificationClaims(), { alg: 'RS512', ...header });

      const result = authenticate(config, token, SCOPE);

      await expect(result).rejects.toEqual(jwtError);
      expect(new Set(biot.requests.map(({ path }) => path))).toEqual(new Set([KEY_PATH]));
      expect(biot.requests.length).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    ['has no byte', (signature: string) => signature.slice(0, 0)],
    ['lacks its last bytes', (signature: string) => signature.slice(0, -8)],
    ['has bytes more', (signature: string) => `${signature}AAAA`],
    [
      'has another first byte',
      (signature: string) => (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1),
    ],
    ['is zero', (signature: string) => 'A'.repeat(signature.length)],
    ['is that of other claims', () => signToken(key, userClaims()).split('.')[2] ?? ''],
  ])('throws JWT_ERROR when the signature of a good token %s', async (_name, forge) => {
    const [header, claims, signature = ''] = signToken(key, notificationClaims()).split('.');

    const result = authenticate(config, `${header}.${claims}.${forge(signature)}`, SCOPE);

    await expect(result).rejects.toEqual(jwtError);
  });

  it('takes a token of the greatest length', async () => {
    const token = signToken(key, notificationClaims({ padding: 'x'.repeat(11_500) }));

    const result = await authenticate(config, token, SCOPE);

    expect(token.length).toBeGreaterThan(16_000);
    expect(result).toBeUndefined();
  });

  it('fetches the key once for many tokens', async () => {
    const token = signToken(key, notificationClaims());

    const results = [...(await requestTimes(20, token)), ...(await requestTimes(5, token))];

    expect(results).toEqual(Array.from({ length: 25 }, () => ({ status: 'fulfilled', value: undefined })));
    expect(biot.count(PUBLIC_KEY_CALL)).toBe(1);
  });

  it('takes a token of the previous key as well as one of the current', async () => {
    biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey, key.publicKey));

    await authenticate(config, signToken(key, notificationClaims()), SCOPE);
    await authenticate(config, signToken(newKey, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBe(1);
  });

  it('takes a previous key that is null for one that is absent', async () => {
    biot.route(PUBLIC_KEY_CALL, keys(key.publicKey, null));

    const result = await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(result).toBeUndefined();
  });

  it.each(['', 'not-a-key'])('takes the current key when the previous one is %j', async (previous) => {
    biot.route(PUBLIC_KEY_CALL, keys(key.publicKey, previous));

    const result = await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(result).toBeUndefined();
  });

  it('takes the first token of a new key, right after start', async () => {
    startFetchingPublicKeys(config);
    await authenticate(config, signToken(key, notificationClaims()), SCOPE);
    biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey, key.publicKey));

    await authenticate(config, signToken(newKey, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBe(2);
  });

  it('takes the tokens of two rotations that follow each other closely', async () => {
    await authenticate(config, signToken(key, notificationClaims()), SCOPE);
    biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey), keys(strangersKey.publicKey));

    await authenticate(config, signToken(newKey, notificationClaims()), SCOPE);
    await authenticate(config, signToken(strangersKey, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBe(3);
  });

  it('refuses a token of a key that was replaced', async () => {
    await authenticate(config, signToken(key, notificationClaims()), SCOPE);
    biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey));
    await authenticate(config, signToken(newKey, notificationClaims()), SCOPE);

    const result = authenticate(config, signToken(key, notificationClaims()), SCOPE);

    await expect(result).rejects.toEqual(jwtError);
  });

  it('fetches the key a handful of times for a flood of wrongly signed tokens', async () => {
    const token = signToken(strangersKey, notificationClaims());

    const results = [...(await requestTimes(100, token)), ...(await requestTimes(100, token))];

    expect(results).toEqual(Array.from({ length: 200 }, () => ({ status: 'rejected', reason: jwtError })));
    expect(biot.count(PUBLIC_KEY_CALL)).toBeLessThanOrEqual(3);
  });

  it('fetches the key a handful of times for a flood of wrongly signed tokens that come one by one', async () => {
    for (let sent = 0; sent < 30; sent++)
      await requestTimes(1, signToken(strangersKey, notificationClaims()));

    await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBeLessThanOrEqual(3);
  });

  describe('as time goes by', () => {
    const realNow = Date.now;
    let passedMs = 0;

    beforeEach(() => {
      passedMs = 0;
      jest.spyOn(Date, 'now').mockImplementation(() => realNow() + passedMs);
    });

    afterEach(() => jest.restoreAllMocks());

    const sendAt = async (ms: number, signer: typeof key) => {
      passedMs = ms;
      const token = signToken(signer, notificationClaims());
      const [result] = await Promise.allSettled([authenticate(config, token, SCOPE)]);
      return result?.status;
    };

    it('takes a token of a new key a second after a bad one', async () => {
      await sendAt(0, strangersKey);
      biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey, key.publicKey));

      expect([await sendAt(900, newKey), await sendAt(1_200, newKey)]).toEqual(['rejected', 'fulfilled']);
    });

    it('fetches the key ever more seldom, at most twice a minute, while bad tokens go on', async () => {
      const counts: number[] = [];
      for (let second = 0; second <= 180; second++) {
        await sendAt(1_000 * second, strangersKey);
        if (second % 60 === 0) counts.push(biot.count(PUBLIC_KEY_CALL));
      }

      const [, first = 0, second = 0, third = 0] = counts;
      expect(first).toBeLessThanOrEqual(8);
      expect([second - first, third - second]).toEqual([2, 2]);
    });

    it('does so too when BioT could not give its keys at first', async () => {
      await authenticate(config, signToken(key, notificationClaims()), SCOPE);
      biot.route(PUBLIC_KEY_CALL, biotError(500, 'INTERNAL_SERVER_ERROR'), keys(key.publicKey));

      for (let second = 0; second <= 60; second++) await sendAt(1_500 * second, strangersKey);

      expect(biot.count(PUBLIC_KEY_CALL)).toBeLessThanOrEqual(10);
    });

    it('takes a token of a new key half a minute after the last bad one of many', async () => {
      for (let second = 0; second <= 180; second++) await sendAt(1_000 * second, strangersKey);
      biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey, key.publicKey));

      expect(await sendAt(211_000, newKey)).toBe('fulfilled');
    });

    it('begins with a short pause again when bad tokens stopped for some time', async () => {
      for (let second = 0; second <= 180; second++) await sendAt(1_000 * second, strangersKey);
      await sendAt(300_000, strangersKey);
      biot.route(PUBLIC_KEY_CALL, keys(newKey.publicKey, key.publicKey));

      expect(await sendAt(301_200, newKey)).toBe('fulfilled');
    });
  });

  it.each<[string, Answer]>([
    ['fails', biotError(500, 'INTERNAL_SERVER_ERROR')],
    ['breaks the connection', resetConnection],
    ['gives no key', { body: {} }],
    ['gives null', { body: null }],
    ['gives nothing', {}],
    ['gives something that is no key', { body: { publicKey: 'bm8ga2V5' } }],
  ])(
    'throws CALL_TO_API_FAILED when the key endpoint %s, and recovers with the next event',
    async (_name, answer) => {
      const token = signToken(key, notificationClaims());
      biot.route(PUBLIC_KEY_CALL, answer);
      const first = await failureOf(() => authenticate(config, token, SCOPE));
      biot.route(PUBLIC_KEY_CALL, keys(key.publicKey));

      const second = await authenticate(config, token, SCOPE);

      expect(first).toEqual(callFailed);
      expect(second).toBeUndefined();
    },
  );

  it('takes no key from where the key endpoint redirects to', async () => {
    biot.route(PUBLIC_KEY_CALL, { status: 302, headers: { location: `${biot.baseUrl}/elsewhere` } });
    biot.route('GET /elsewhere', keys(strangersKey.publicKey));

    const error = await failureOf(() =>
      authenticate(config, signToken(strangersKey, notificationClaims()), SCOPE),
    );

    expect(error).toEqual(callFailed);
    expect(biot.count('GET /elsewhere')).toBe(0);
  });

  it('throws CALL_TO_API_FAILED when nobody listens at the base URL', async () => {
    await biot.close();

    const result = authenticate(config, signToken(key, notificationClaims()), SCOPE);

    await expect(result).rejects.toEqual(callFailed);
  });

  it('keeps working with the keys it has while the key endpoint is down', async () => {
    await authenticate(config, signToken(key, notificationClaims()), SCOPE);
    await biot.close();

    const result = await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(result).toBeUndefined();
  });

  it('tries once more when the fetch that was started at init fails', async () => {
    biot.route(PUBLIC_KEY_CALL, biotError(500, 'DOWN'), keys(key.publicKey));
    startFetchingPublicKeys(config);

    const result = await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(result).toBeUndefined();
    expect(biot.count(PUBLIC_KEY_CALL)).toBe(2);
  });

  it.each<[string, Answer]>([
    ['breaks the connection', resetConnection],
    ['is overloaded', biotError(503, 'DOWN')],
  ])('takes the key with a second try when the key endpoint %s', async (_name, answer) => {
    biot.route(PUBLIC_KEY_CALL, answer, keys(key.publicKey));

    const result = await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(result).toBeUndefined();
  });

  it('ends a fetch with the event that it was for, so that the next event does not wait for it', async () => {
    biot.route(PUBLIC_KEY_CALL, neverAnswer, keys(key.publicKey));
    const token = signToken(key, notificationClaims());
    const start = Date.now();
    const demand = { requiredScope: SCOPE, traceId: TRACE_ID, deadline: start + 100 };

    const first = await failureOf(() => authenticateIn(config, token, demand));
    const tookMs = Date.now() - start;
    const second = await authenticateIn(config, token, { ...demand, deadline: Date.now() + 1_000 });

    expect(first).toMatchObject({ code: 'TIMEOUT', status: 504 });
    expect(tookMs).toBeLessThan(2_000);
    expect(second).toBeUndefined();
    expect(biot.requests[0]?.headers.traceparent).toContain(TRACE_ID);
  });

  it('asks for a newer key again at once when BioT was too slow for the event before', async () => {
    await authenticate(config, signToken(key, notificationClaims()), SCOPE);
    biot.route(PUBLIC_KEY_CALL, neverAnswer, keys(newKey.publicKey));
    const token = signToken(newKey, notificationClaims());
    const demand = { requiredScope: SCOPE, traceId: TRACE_ID, deadline: Date.now() + 100 };

    const first = await failureOf(() => authenticateIn(config, token, demand));
    const second = await authenticate(config, token, SCOPE);

    expect(first).toMatchObject({ code: 'TIMEOUT' });
    expect(second).toBeUndefined();
  });

  it('does not wait long for a fetch of init that is never answered: Lambda may have frozen it', async () => {
    biot.route(PUBLIC_KEY_CALL, () => undefined, keys(key.publicKey));
    startFetchingPublicKeys(config);
    const started = Date.now();

    await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBe(2);
    expect(Date.now() - started).toBeLessThan(4_000);
  });

  it('shares the fetch that was started at init', async () => {
    startFetchingPublicKeys(config);

    await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBe(1);
  });

  it.each([
    ['base64', key.publicKey],
    ['base64 with spaces around it', ` ${key.publicKey}\n`],
    ['PEM', key.pem],
    ['PEM whose line ends are written out', key.pem.replaceAll('\n', '\\n')],
  ])('fetches nothing when BIOT_PUBLIC_KEY is set as %s', async (_name, publicKey) => {
    const local = pluginConfig(biot.baseUrl, { BIOT_PUBLIC_KEY: publicKey });
    startFetchingPublicKeys(local);

    await authenticate(local, signToken(key, notificationClaims()), SCOPE);
    const wronglySigned = authenticate(local, signToken(newKey, notificationClaims()), SCOPE);

    await expect(wronglySigned).rejects.toEqual(jwtError);
    expect(biot.requests).toEqual([]);
  });

  it('fetches nothing at init when validation is off', async () => {
    const off = pluginConfig(biot.baseUrl, { BIOT_SHOULD_VALIDATE_JWT: 'false' });

    startFetchingPublicKeys(off);
    await authenticate(config, signToken(key, notificationClaims()), SCOPE);

    expect(biot.count(PUBLIC_KEY_CALL)).toBe(1);
  });
});

function encodedRs512Header(): string {
  return Buffer.from('{"alg":"RS512"}').toString('base64url');
}

function exchangeClaims(token: string, claims: object): string {
  const [header, , signature] = token.split('.');
  return `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
}
