import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import { ORGANIZATION_ID, type ServiceUser, type State, type User } from '../state.ts';
import { toText } from '../toText.ts';
import type { Token, Tokens } from './tokens.ts';

/** How often a password may be wrong in a row, and for how long the user is locked then. */
const MAX_FAILED_LOGINS = 5;
const LOCK_MINUTES = 15;

export type LoginsOptions = {
  state: Pick<State, 'users' | 'serviceUsers' | 'endedSessions' | 'entitiesOf' | 'transaction'>;
  clock: Clock;
  tokens: Tokens;
};

export type LoginResponse = {
  userId: string;
  ownerOrganizationId: string;
  accessJwt: { token: string; expiration: string };
  refreshJwt: { token: string; expiration: string };
  mfaRequired: boolean;
  passwordResetRequired: boolean;
};

const refuse = (status: number, code: string, cause?: unknown) =>
  new BiotError({ status, code, message: MESSAGES[code] ?? code }, { cause });

const MESSAGES: Record<string, string> = {
  LOGIN_FAILED: 'Login failed',
  REFRESH_TOKEN_NOT_VALID: 'The refresh token is not valid',
  USER_LOCKED: 'The user is locked',
  SERVICE_LOCKED: 'The service user is locked',
};

/** The user of this name and password. @throws BiotError 401 USER_LOCKED, USER_LOCKED_WITH_TIME, 403 LOGIN_FAILED */
export function checkPassword(options: LoginsOptions, username: unknown, password: unknown): User {
  const { users } = options.state;
  const user = users.get(toText(username));
  if (!user || isGone(options, user)) throw refuse(403, 'LOGIN_FAILED');
  const { failedLogins = 0, ...rest } = refuseLocked(options, user);
  if (password !== user.password) {
    users.set(user.username, toFailed(options, { ...rest, failedLogins: failedLogins + 1 }));
    throw refuse(403, 'LOGIN_FAILED');
  }
  if (failedLogins > 0 || user.isLocked) users.set(user.username, rest);
  return rest;
}

/** The user, without a lock that has run out. @throws BiotError 401 USER_LOCKED, USER_LOCKED_WITH_TIME */
function refuseLocked({ clock }: LoginsOptions, { isLocked, lockedUntil, ...user }: User): User {
  if (!isLocked) return user;
  if (lockedUntil === undefined) throw refuse(401, 'USER_LOCKED');
  const leftMs = Date.parse(lockedUntil) - clock.now().getTime();
  if (leftMs <= 0) return user;
  const details = { timeLeftInMinutes: Math.ceil(leftMs / 60_000) };
  const message = 'The user is locked for some time';
  throw new BiotError({ status: 401, code: 'USER_LOCKED_WITH_TIME', message, details });
}

/** Is the entity that the user belongs to deleted, or disabled? */
function isGone({ state }: LoginsOptions, { entityTypeName, entityId = '' }: User): boolean {
  if (entityTypeName === undefined) return false;
  const entity = state.entitiesOf(entityTypeName).get(entityId);
  return entity === undefined || entity._enabled === 'DISABLED';
}

function toFailed({ clock }: LoginsOptions, user: User): User {
  const { failedLogins = 0, ...rest } = user;
  if (failedLogins < MAX_FAILED_LOGINS) return user;
  const lockedUntil = new Date(clock.now().getTime() + LOCK_MINUTES * 60_000).toISOString();
  return { ...rest, isLocked: true, lockedUntil };
}

/** A new pair of an access and a refresh token. */
export function openSession({ tokens }: LoginsOptions, user: User): LoginResponse {
  const refresh = tokens.issueRefreshToken(user);
  return toLoginResponse(user, tokens.issueUserToken(user, refresh.id), refresh);
}

/** A new access token beside the refresh token. @throws BiotError 403 REFRESH_TOKEN_NOT_VALID, LOGIN_FAILED */
export function refreshSession(options: LoginsOptions, token: unknown): LoginResponse {
  const session = findSession(options, token);
  if (!session) throw refuse(403, 'REFRESH_TOKEN_NOT_VALID');
  const access = options.tokens.issueUserToken(session.user, session.id);
  return toLoginResponse(session.user, access, { token: String(token), expiresAt: session.expiresAt });
}

/** The user of a refresh token. @throws BiotError 403 LOGIN_FAILED */
export function checkRefreshToken(options: LoginsOptions, token: unknown): User {
  const session = findSession(options, token);
  if (!session) throw refuse(403, 'LOGIN_FAILED');
  return session.user;
}

type Session = { id: string; expiresAt: Date; user: User };

/** Undefined for a token that is not good (any more). @throws BiotError 403 LOGIN_FAILED when its user is locked */
function findSession(options: LoginsOptions, token: unknown): Session | undefined {
  const { state, tokens } = options;
  const claims = tokens.readRefreshToken(token);
  const user = claims && [...state.users.values()].find(({ id }) => id === claims.sub);
  if (!user || isGone(options, user) || state.endedSessions.has(claims.jti)) return undefined;
  try {
    return { id: claims.jti, expiresAt: new Date(claims.exp * 1000), user: refuseLocked(options, user) };
  } catch (cause) {
    throw refuse(403, 'LOGIN_FAILED', cause);
  }
}

/** From now on the refresh token is worth nothing. Undefined when it was so before; otherwise whose it was. */
export function endSession(options: LoginsOptions, token: unknown): User | undefined {
  const { state, clock } = options;
  const session = findSession(options, token);
  if (!session) return undefined;
  const now = clock.now().getTime() / 1000;
  state.transaction(() => {
    for (const [id, exp] of [...state.endedSessions]) if (exp <= now) state.endedSessions.delete(id);
    state.endedSessions.set(session.id, session.expiresAt.getTime() / 1000);
  });
  return session.user;
}

/** @throws BiotError 401 SERVICE_LOCKED, 403 LOGIN_FAILED */
export function checkSecretKey({ state }: LoginsOptions, id: unknown, secretKey: unknown): ServiceUser {
  const serviceUser = state.serviceUsers.get(toText(id));
  if (serviceUser?.isLocked) throw refuse(401, 'SERVICE_LOCKED');
  const isKey = serviceUser?.secretKeys.some((key) => key.secretKey === secretKey);
  if (!serviceUser || !isKey || serviceUser.active === false) throw refuse(403, 'LOGIN_FAILED');
  return serviceUser;
}

const toLoginResponse = (user: User, access: Token, refresh: Token): LoginResponse => ({
  userId: user.id,
  ownerOrganizationId: user.ownerOrganizationId ?? ORGANIZATION_ID,
  accessJwt: toJwt(access),
  refreshJwt: toJwt(refresh),
  mfaRequired: false,
  passwordResetRequired: false,
});

const toJwt = ({ token, expiresAt }: Token) => ({ token, expiration: expiresAt.toISOString() });
