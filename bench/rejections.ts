import { authenticate } from '../src/runtime/authenticate.ts';
import { readConfig } from '../src/runtime/config.ts';
import { createSigningKey, interceptorClaims, signToken, unsignedToken } from '../test/builders/tokens.ts';
import { toSpread } from './statistics.ts';

const ROUNDS = 2_000;
const key = createSigningKey();
const config = readConfig({ BIOT_PUBLIC_KEY: key.publicKey });
const good = signToken(key, interceptorClaims());
const tokens: [name: string, token: string][] = [
  ['a good token', good],
  ['signed with another key', signToken(createSigningKey(), interceptorClaims())],
  ['without a signature', unsignedToken(interceptorClaims(), { alg: 'RS512' })],
  ['alg none', unsignedToken(interceptorClaims())],
  ['expired', signToken(key, interceptorClaims({ exp: 1 }))],
  ['without the scope', signToken(key, interceptorClaims({ scopes: [] }))],
  [
    'of 16 KB, signed with another key',
    signToken(createSigningKey(), interceptorClaims({ padding: 'x'.repeat(11_500) })),
  ],
  ['of 5 MB', `${good}${'A'.repeat(5_000_000)}`],
];

/** How long each of them takes, and what comes of it; with the key at hand, so nothing of it is network. */
for (const [name, token] of tokens) {
  const times: number[] = [];
  let code = 'taken';
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await authenticate(config, token, {
      requiredScope: 'PLUGIN_INTERCEPTOR',
      traceId: '1'.repeat(32),
      deadline: Date.now() + 10_000,
    }).catch((error) => {
      code = error.code;
    });
    times.push(performance.now() - start);
  }
  const { median, p99 } = toSpread(times);
  process.stdout.write(`${name.padEnd(36)}${code.padEnd(16)}median ${median} ms, p99 ${p99} ms\n`);
}
