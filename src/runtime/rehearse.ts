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
  const own = { ...config, publicKey: UNUSED_KEY };
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

/** Of a pair whose private half was thrown away as it was made. Never in a config that events are checked with. */
const UNUSED_KEY = [
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwEZEYUQ9wavODsBBZF4jrIpbLQGs+8G5Z+JlM0ukvObGFT5IpDgoV/RT',
  'iSuVUf4et4mR2ia8Rnbl3RwlVY+ctaiIoAhRwZCCjHtaTuKiPijdbfv3rE/HaWxYLdF2aNbZuZVRtDbVQFp6zp1MslCnC8DOeQgK',
  'UeWqTbLnQMAo5gL9OQWhQo5q7jQI5ESM/r041fCf+6SGLwc7Q46SFkycBWtiyq0cXjOlhok25WPKS+zCedjjvjr6fq8fJ9BQDt4Z',
  'iRahtcJZOxcBbyLSQNVGUUgd/w03RxCrKN+DcnlZ/gsxf794SgzUr2yLZeY97iSBdrVfKhGCJ6AKfVBDjCQjzwIDAQAB',
].join('');
