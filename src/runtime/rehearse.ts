import { authenticate } from './authenticate.ts';
import type { Config } from './config.ts';
import { beforeDeadline, deadlineOf } from './deadline.ts';
import { toPluginError } from './errors.ts';
import { getTraceId } from './getTraceId.ts';
import { extractInterception } from './interception.ts';
import { errorResponseCreator, successResponse } from './response.ts';

const YEAR_2100 = 4_102_444_800;
const SIGNATURE_BYTES = 256;

/**
 * Takes an event through the steps that are the same for all, before the first one comes: code that runs for the first
 * time takes many times as long, and Lambda gives an initialising container a whole processor, an event of a function of
 * 128 MB a fourteenth of one. It calls nobody and writes nothing, and the author's code is not part of it.
 */
export async function rehearse(config: Config): Promise<void> {
  const event = createEvent();
  const traceId = getTraceId(event);
  const deadline = deadlineOf(undefined, Date.now());
  const { data, token } = extractInterception(event);
  successResponse({ request: data.request }, traceId);
  const own = { ...config, publicKey: createUnusedKey() };
  try {
    await beforeDeadline(deadline, () => authenticate(own, token, { requiredScope: '', traceId, deadline }));
  } catch (error) {
    errorResponseCreator(toPluginError(error), own, traceId); // it is refused, as it was meant to be
  }
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

const toBase64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');

/** What stands around the number in a SubjectPublicKeyInfo of 2048 bits, and the usual exponent behind it. */
const BEFORE_NUMBER = '30820122300d06092a864886f70d01010105000382010f003082010a0282010100';
const BEHIND_NUMBER = '0203010001';

/** A number of the right length in place of a key: nobody has the other half, and it verifies nothing else. */
const createUnusedKey = (): string =>
  Buffer.from(BEFORE_NUMBER + 'ff'.repeat(SIGNATURE_BYTES) + BEHIND_NUMBER, 'hex').toString('base64');
