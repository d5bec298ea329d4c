import axios from 'axios';
import { type Finding, ok, type Patient, problem, warning } from './check.ts';

const PATIENCE_MS = 15_000;
const PATH = '/settings/system/healthCheck';
const SECOND_MS = 1000;
/** From here on tokens end early or late. */
const SKEW_MS = 60 * SECOND_MS;
/** AWS refuses signatures from five minutes on. */
const MUCH_SKEW_MS = 4 * 60 * SECOND_MS;
/** What the local BioT calls its version. */
const LOCAL_VERSION = '0.0.0-local';

type Called = Pick<Patient, 'settings' | 'signal'>;

function callHealthCheck({ settings: { baseUrl = '' }, signal }: Called, patienceMs = PATIENCE_MS) {
  const limit = AbortSignal.timeout(patienceMs);
  const options = { signal: AbortSignal.any([signal, limit]), validateStatus: () => true };
  return axios.get<unknown>(baseUrl + PATH, options).catch((cause) => {
    if (!limit.aborted) throw cause;
    throw new Error(`GET ${PATH} was not answered in ${patienceMs / SECOND_MS} s`, { cause });
  });
}

/** Is what answers a BioT? @throws Error when nothing does, in time */
export async function checkBiot(called: Called, patienceMs = PATIENCE_MS): Promise<Finding> {
  const { status, data } = await callHealthCheck(called, patienceMs);
  const { version, springVersion } = Object(data) as { version?: unknown; springVersion?: unknown };
  if (status === 200 && typeof version === 'string' && typeof springVersion === 'string')
    return ok(`It is a BioT; its settings service has version ${version}`);
  if (status >= 500)
    return problem(
      `GET ${PATH} answered ${status}: BioT is not well`,
      'Try again later, and tell BioT’s support.',
    );
  return problem(
    `GET ${PATH} answered ${status}, and not as a BioT does`,
    'Check BIOT_CLI_BASE_URL: it is the address of the API, not of the console or the organization portal.',
  );
}

/** How far this machine's clock is from BioT's, whose answers carry the time in whole seconds. */
export async function checkClock(called: Called): Promise<Finding> {
  const begun = Date.now();
  const { headers, data } = await callHealthCheck(called);
  const theirs = Date.parse(String(headers.date));
  if (Number.isNaN(theirs)) return ok('BioT does not tell its time');
  const skewMs = theirs + SECOND_MS / 2 - (begun + Date.now()) / 2;
  const { version } = Object(data) as { version?: unknown };
  return version === LOCAL_VERSION ? judgeLocalClock(skewMs) : judgeClock(skewMs);
}

export function judgeClock(skewMs: number): Finding {
  const seconds = Math.round(Math.abs(skewMs) / SECOND_MS);
  if (Math.abs(skewMs) < SKEW_MS) return ok(`As BioT’s, to ${Math.max(seconds, 1)} s`);
  const said = `This machine’s clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} BioT’s`;
  const cure = 'Set it by network time (timedatectl set-ntp true; wsl --shutdown after a sleep of Windows).';
  if (Math.abs(skewMs) < MUCH_SKEW_MS)
    return warning(`${said}: tokens end at other times than they say`, cure);
  return problem(`${said}: AWS refuses what is signed with it`, cure);
}

/** It can be told to be ahead, never behind; its own ECR goes by the same clock. */
export function judgeLocalClock(skewMs: number): Finding {
  if (skewMs < SKEW_MS) return judgeClock(skewMs);
  return warning(
    `The local BioT’s clock was moved ${Math.round(skewMs / SECOND_MS)} s forward`,
    'That is as you asked for; started anew without --data, it has this machine’s time.',
  );
}
