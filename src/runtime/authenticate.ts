import jwt from 'jsonwebtoken';
import type { Config } from './config.ts';
import { PluginError } from './errors.ts';
import { isObject } from './event.ts';
import { type EventContext, getNewerPublicKeys, getPublicKeys, type PublicKeys } from './publicKeys.ts';

const MAX_TOKEN_LENGTH = 16_384; // BioT's are of one or two thousand; web servers take no header that is longer

/** For which event: `requiredScope` is undefined when any valid token will do. */
export type Demand = EventContext & { requiredScope: string | undefined };

/**
 * Is the token BioT's, still valid, and does it hold the scope? RS512 only; `exp` must be there. What can be told
 * from the token alone is told before any key is fetched, so junk costs no network.
 * @throws PluginError JWT_ERROR, ACCESS_DENIED; CALL_TO_API_FAILED or TIMEOUT when BioT cannot give its keys
 */
export async function authenticate(
  config: Config,
  token: string | undefined,
  { requiredScope, ...event }: Demand,
): Promise<void> {
  if (!token || !isWorthVerifying(token)) throw new PluginError('JWT_ERROR');

  const known = await getPublicKeys(config, event);
  const claims =
    verifyWithAny(token, known) ?? verifyWithAny(token, await getNewerPublicKeys(config, known, event));
  if (!claims) throw new PluginError('JWT_ERROR');
  if (requiredScope !== undefined && !scopesOf(claims).includes(requiredScope)) {
    throw new PluginError('ACCESS_DENIED');
  }
}

function isWorthVerifying(token: string): boolean {
  if (token.length > MAX_TOKEN_LENGTH) return false;
  const decoded = decode(token);
  if (decoded?.header.alg !== 'RS512' || !isObject(decoded.payload)) return false;
  const { exp, nbf } = decoded.payload;
  const nowSeconds = Date.now() / 1000;
  return isNumber(exp) && exp > nowSeconds && (nbf === undefined || (isNumber(nbf) && nbf <= nowSeconds));
}

// jsonwebtoken throws on some malformed tokens instead of answering null.
function decode(token: string): jwt.Jwt | null {
  try {
    return jwt.decode(token, { complete: true });
  } catch {
    return null;
  }
}

/** BioT's tokens name no key, so each key is tried. Undefined when none verifies the token. */
function verifyWithAny(token: string, known: PublicKeys | undefined): jwt.JwtPayload | undefined {
  for (const key of known?.keys ?? []) {
    try {
      const claims = jwt.verify(token, key, { algorithms: ['RS512'] });
      if (typeof claims !== 'string') return claims;
    } catch {
      // Not this key. Why is of no interest to the caller, and jsonwebtoken's message could quote the token.
    }
  }
  return undefined;
}

const scopesOf = ({ scopes }: jwt.JwtPayload): unknown[] => (Array.isArray(scopes) ? scopes : []);

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
