import { webcrypto } from 'node:crypto';

/** What a token deserves: that it is taken, lacks the scope, or is none of BioT's. */
export type Verdict = 'taken' | 'ACCESS_DENIED' | 'JWT_ERROR';

const RS512 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' };
const PART = /^[A-Za-z0-9_-]+$/;

/**
 * Judges tokens by another way than the plugin: WebCrypto in the place of jsonwebtoken, and the rules as written in
 * the README. `publicKeys` are BioT's own, as it publishes them.
 */
export async function createTokenOracle(
  publicKeys: string[],
): Promise<(token: string, scope?: string) => Promise<Verdict>> {
  const keys = await Promise.all(
    publicKeys.map((key) =>
      webcrypto.subtle.importKey('spki', Buffer.from(key, 'base64'), RS512, false, ['verify']),
    ),
  );
  const isSigned = async (input: string, signature: Buffer) => {
    const found = await Promise.all(
      keys.map((key) => webcrypto.subtle.verify(RS512, key, signature, Buffer.from(input))),
    );
    return found.includes(true);
  };

  return async (token, scope) => {
    const told = readClaims(token);
    if (!told || !isCurrent(told)) return 'JWT_ERROR';
    const end = token.lastIndexOf('.');
    if (!(await isSigned(token.slice(0, end), Buffer.from(token.slice(end + 1), 'base64url'))))
      return 'JWT_ERROR';
    return scope === undefined || isAmong(told.scopes, scope) ? 'taken' : 'ACCESS_DENIED';
  };
}

/** Of three parts in base64url, the first of which names RS512. */
function readClaims(token: string): Record<string, unknown> | undefined {
  const parts = token.split('.');
  const [header = '', claims = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => PART.test(part))) return undefined;
  return toFields(header)?.alg === 'RS512' ? toFields(claims) : undefined;
}

const isAmong = (scopes: unknown, scope: string): boolean =>
  Array.isArray(scopes) && scopes.some((one) => one === scope);

function isCurrent({ exp, nbf }: Record<string, unknown>): boolean {
  const now = Date.now() / 1000;
  const hasEnd = typeof exp === 'number' && Number.isFinite(exp) && exp > now;
  return hasEnd && (nbf === undefined || (typeof nbf === 'number' && nbf <= now));
}

function toFields(part: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
