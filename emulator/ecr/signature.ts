import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { TempCredentials } from '../state.ts';

export type SignedRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string };

/** The parts of an `Authorization: AWS4-HMAC-SHA256 …` header. */
type Authorization = { accessKeyId: string; region: string; signedHeaders: string[]; signature: string };

export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const [, credential = '', signedHeaders = '', signature = ''] = AUTHORIZATION.exec(header ?? '') ?? [];
  const [accessKeyId = '', , region = ''] = credential.split('/');
  return signature ? { accessKeyId, region, signedHeaders: signedHeaders.split(';'), signature } : undefined;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Signs the request again with the credentials that were handed out, and compares. */
export async function hasValidSignature(
  request: SignedRequest,
  authorization: Authorization,
  credentials: TempCredentials,
): Promise<boolean> {
  const { headers, body, method, path } = request;
  const signed = authorization.signedHeaders.map((name) => [name, String(headers[name] ?? '')]);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    region: authorization.region,
    service: 'ecr',
    sha256: Sha256,
    applyChecksum: false,
  });
  const [hostname = ''] = (headers.host ?? '').split(':');
  const again = await signer.sign(
    { method, protocol: 'http:', hostname, path, headers: Object.fromEntries(signed), body },
    {
      signingDate: toDate(String(headers['x-amz-date'] ?? '')),
      signableHeaders: new Set(authorization.signedHeaders),
    },
  );
  const expected = parseAuthorization(again.headers.authorization)?.signature ?? '';
  return timingSafeEqual(Buffer.from(expected.padEnd(64)), Buffer.from(authorization.signature));
}

/** `20260102T030405Z` → Date */
function toDate(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
