import { type BiotClient, type CallContext, callBiot, createBiotClient } from './biot.ts';
import type { Config } from './config.ts';
import { PluginError } from './errors.ts';
import { getTraceId } from './getTraceId.ts';
import { joinOrStart } from './joinOrStart.ts';

const LOGIN_PATH = '/ums/v2/services/accessToken';
const EARLY_LOGIN_MS = 2_000; // whoever needs the token waits no longer than this for a login that was frozen
const REFRESH_MARGIN_MS = 60_000;
const ASSUMED_LIFE_MS = 5 * 60_000;

type LoginAnswer = { accessToken?: unknown; accessTokenExpiration?: unknown };

type Token = { accessToken: string; expiresAt: number };

const tokens = new Map<string, Token>();
const logins = new Map<string, Promise<Token>>();

/**
 * A client that calls BioT as the plugin's service user. Does not wait: the token is awaited when the first call
 * is made, so an interceptor that calls nothing does not depend on BioT's login.
 */
export function login(config: Config, context: Omit<CallContext, 'baseUrl'>): BiotClient {
  const callContext = { ...context, baseUrl: config.baseUrl ?? '' };
  return createBiotClient(callContext, (rejected) => getToken(config, callContext, rejected));
}

/** Starts a login while the container initialises, if there are credentials. What fails is tried again when needed. */
export function startLogin(config: Config): void {
  const { baseUrl, serviceUserId, serviceUserSecretKey } = config;
  if (!baseUrl || !serviceUserId || !serviceUserSecretKey) return;
  const context = { baseUrl, traceId: getTraceId(undefined), deadline: Date.now() + EARLY_LOGIN_MS };
  getToken(config, context).catch(() => undefined);
}

/** The cached token until a minute before its end, or a new one; one login for any number of concurrent needs. */
async function getToken(config: Config, context: CallContext, rejected?: string): Promise<string> {
  const user = `${config.baseUrl} ${config.serviceUserId}`;
  const cached = tokens.get(user);
  if (cached && cached.accessToken !== rejected && Date.now() < cached.expiresAt - REFRESH_MARGIN_MS) {
    return cached.accessToken;
  }

  const token = await joinOrStart(logins, user, () => requestToken(config, context));
  tokens.set(user, token);
  return token.accessToken;
}

async function requestToken(config: Config, context: CallContext): Promise<Token> {
  const body = {
    id: required('BIOT_SERVICE_USER_ID', config.serviceUserId),
    secretKey: required('BIOT_SERVICE_USER_SECRET_KEY', config.serviceUserSecretKey),
  };
  const baseUrl = required('BIOT_BASE_URL', config.baseUrl);
  const call = { method: 'POST', path: LOGIN_PATH, body, isRepeatable: true } as const;
  const answer = await callBiot<LoginAnswer | null>({ ...context, baseUrl }, call);
  const { accessToken, accessTokenExpiration } = answer ?? {};
  if (typeof accessToken !== 'string') throw new PluginError('CALL_TO_API_FAILED');
  const expiresAt = Date.parse(typeof accessTokenExpiration === 'string' ? accessTokenExpiration : '');
  return { accessToken, expiresAt: Number.isNaN(expiresAt) ? Date.now() + ASSUMED_LIFE_MS : expiresAt };
}

function required(name: string, value: string | undefined): string {
  if (!value) throw new Error(`Environment variable ${name} is required to call BioT`);
  return value;
}
