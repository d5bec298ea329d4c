import {
  type BiotClient,
  type CallContext,
  callBiot,
  createBiotClient,
  toBiotFailure,
} from '../src/runtime/biot.ts';
import { getTraceId } from '../src/runtime/getTraceId.ts';
import { isLoopback } from './dockerConfig.ts';
import { EXIT, Failure } from './failure.ts';
import { repeatCall } from './repeatCall.ts';
import type { RetryOptions } from './retry.ts';
import type { Settings } from './settings.ts';
import { withoutPassword } from './withoutPassword.ts';

const CALL_TIME_MS = 5 * 60_000; // creating a plugin makes a user, a function and its subscriptions, all in one call

/** Asks a person for a secret; absent where nobody can be asked. */
export type AskSecret = (question: string) => Promise<string>;

/** How long one call may take. */
type Impatience = { callTimeMs: number };

/**
 * A client that calls BioT as the person whom the settings name. Logs in when the first call is made. With options of
 * a retry it is patient (`repeatCall`), otherwise a read that failed is made once more. @throws Failure
 */
export function connect(
  settings: Settings,
  askSecret: AskSecret | undefined,
  options?: RetryOptions | Impatience,
): BiotClient {
  if (!settings.baseUrl) throw missing('BIOT_CLI_BASE_URL', 'the address of the BioT environment’s API');
  if (!URL.canParse(settings.baseUrl) || !/^https?:$/.test(new URL(settings.baseUrl).protocol))
    throw notAUrl(settings.baseUrl);
  const context: CallContext = {
    baseUrl: settings.baseUrl,
    traceId: getTraceId(undefined),
    deadline: Number.POSITIVE_INFINITY, // building an image between two calls takes as long as it takes
    callTimeMs: CALL_TIME_MS,
    maxBodyBytes: Number.POSITIVE_INFINITY, // BioT says itself when a ZIP is too large
    ...(options && toContext(options)),
  };
  let token = settings.token;
  return createBiotClient(context, async (rejected) => {
    if (rejected !== undefined && rejected === settings.token) throw tokenRefused();
    if (token === undefined || token === rejected) token = await login(context, settings, askSecret);
    return token;
  });
}

function toContext(options: RetryOptions | Impatience): Partial<CallContext> {
  if ('callTimeMs' in options) return options;
  const { signal } = options;
  return { repeat: repeatCall(options), ...(signal && { signal }) };
}

async function login(
  context: CallContext,
  settings: Settings,
  askSecret: AskSecret | undefined,
): Promise<string> {
  const { username } = settings;
  if (!username)
    throw missing('BIOT_CLI_TOKEN, or BIOT_CLI_USERNAME and BIOT_CLI_PASSWORD', 'who calls BioT');
  const password = settings.password ?? (await askSecret?.(`Password of ${username}: `));
  if (!password) throw missing('BIOT_CLI_PASSWORD', `the password of ${username}`);

  const call = { method: 'POST', path: '/ums/v2/users/login', body: { username, password } } as const;
  const answer = await callBiot<{ accessJwt?: { token?: string } }>(context, call).catch((error) => {
    throw toBiotFailure(error)?.status === 403 ? loginFailed(username, context) : error;
  });
  if (!answer.accessJwt?.token) throw loginFailed(username, context);
  return answer.accessJwt.token;
}

const missing = (variable: string, meaning: string) =>
  new Failure({
    code: 'MISSING_SETTING',
    exitCode: EXIT.usage,
    message: `${variable} is not set: ${meaning}`,
    cure: 'Set it in the environment, or in .env.local (see .env.example).',
  });

const notAUrl = (baseUrl: string) =>
  new Failure({
    code: 'INVALID_SETTING',
    exitCode: EXIT.usage,
    message: `BIOT_CLI_BASE_URL is not the address of an API: ${withoutPassword(baseUrl)}`,
    cure: 'It looks like https://api.<your environment>.biot-med.com',
  });

const tokenRefused = () =>
  new Failure({
    code: 'TOKEN_REFUSED',
    exitCode: EXIT.notPermitted,
    message: 'BioT does not accept BIOT_CLI_TOKEN (any more)',
    cure: 'Get a new one, or unset it and set BIOT_CLI_USERNAME and BIOT_CLI_PASSWORD.',
  });

const loginFailed = (username: string, { baseUrl = '' }: CallContext) =>
  new Failure({
    code: 'LOGIN_FAILED',
    exitCode: EXIT.notPermitted,
    message: `BioT did not accept the login of ${username}`,
    cure: isLoopback(new URL(baseUrl).host)
      ? 'A local BioT that was started anew has a new password: set the lines that it prints, or keep it with --data.'
      : 'Check BIOT_CLI_USERNAME and BIOT_CLI_PASSWORD. Users with a second factor use BIOT_CLI_TOKEN.',
  });
