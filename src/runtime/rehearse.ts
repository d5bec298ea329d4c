import { createPublicKey } from 'node:crypto';
import { Writable } from 'node:stream';
import { authenticate } from './authenticate.ts';
import type { Config } from './config.ts';
import { configureLogger } from './configureLogger.ts';
import { beforeDeadline, deadlineOf } from './deadline.ts';
import { toPluginError } from './errors.ts';
import { getTraceId } from './getTraceId.ts';
import { extractInterception } from './interception.ts';
import { login } from './login.ts';
import { startMetrics, writeMetrics } from './metrics.ts';
import { errorResponseCreator, successResponse } from './response.ts';

const ROUNDS = 10;
const YEAR_2100 = 4_102_444_800;
const SIGNATURE_BYTES = 256;

/**
 * Takes an event through the steps that are the same for all, before the first one comes: code that runs for the first
 * time takes many times as long, and Lambda gives an initialising container a whole processor, an event of a function of
 * 128 MB a fourteenth of one. It calls nobody and writes nothing, and the author's code is not part of it.
 */
export async function rehearse(config: Config): Promise<void> {
  const own = { ...config, publicKey: createUnusedKey(), logStream: createNowhere() };
  for (let round = 0; round < ROUNDS; round++) await rehearseEvent(own);
}

async function rehearseEvent(config: Config): Promise<void> {
  const event = createEvent();
  const traceId = getTraceId(event);
  const ids = { traceId, requestId: '-' };
  const log = configureLogger(config, ids);
  const metrics = startMetrics();
  const deadline = deadlineOf(undefined, Date.now());
  const { data, token } = extractInterception(event);
  login(config, { traceId, deadline });
  successResponse({ request: data.request }, traceId);
  try {
    await beforeDeadline(deadline, () =>
      authenticate(config, token, { requiredScope: '', traceId, deadline }),
    );
  } catch (error) {
    log.warn('Refused, as it was meant to be', { code: toPluginError(error).code });
    errorResponseCreator(toPluginError(error), config, traceId);
  }
  writeMetrics(config, ids, metrics);
}

const createEvent = () => ({
  version: '2.0',
  headers: {
    hooktype: 'INTERCEPTOR_PRE',
    authorization: `Bearer ${createForgedToken()}`,
    traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-00`,
  },
  requestContext: {},
  body: JSON.stringify({ apiId: 'GET/', request: { path: '/', body: {} } }),
  isBase64Encoded: false,
});

/** In order but for its signature, which is looked at last. */
const createForgedToken = (): string =>
  [
    toBase64(JSON.stringify({ alg: 'RS512' })),
    toBase64(JSON.stringify({ exp: YEAR_2100, scopes: [] })),
    toBase64(Buffer.alloc(SIGNATURE_BYTES, 1)),
  ].join('.');

/** A number of the right length in place of a key: nobody has the other half, and it verifies nothing else. */
const createUnusedKey = (): string =>
  createPublicKey({
    key: { kty: 'RSA', n: toBase64(Buffer.alloc(SIGNATURE_BYTES, 0xff)), e: 'AQAB' },
    format: 'jwk',
  })
    .export({ type: 'spki', format: 'der' })
    .toString('base64');

const createNowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

const toBase64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
