import axios, { AxiosError } from 'axios';
import { type BiotCall, type BiotFailure, type Repeat, toBiotFailure } from '../src/runtime/biot.ts';
import { PluginError } from '../src/runtime/errors.ts';
import { type Passing, parseRetryAfter, type RetryOptions, retry } from './retry.ts';

/** BioT's login changes nothing but what is told of the last one. */
const LOGIN = '/ums/v2/users/login';
const PASSING_STATUS = [429, 500, 502, 503, 504];
/** Not among them: an answer that takes longer than a call may, and what is wrong with a certificate. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * How a person's calls are made again: reads and the login whenever that may help; what changes something only if it
 * is certain that nothing was done, as BioT may have done it although it could not say so.
 */
export const repeatCall =
  (options: RetryOptions): Repeat =>
  (call, once) =>
    retry(once, isSafe(call) ? toPassing : toUndone, options);

const isSafe = ({ method, path }: BiotCall): boolean => method === 'GET' || path === LOGIN;

function toPassing(error: unknown): Passing | undefined {
  const failure = toBiotFailure(error);
  const lost = causeOf(error);
  if (failure && !(lost && wasBrokenOff(lost)))
    return PASSING_STATUS.includes(failure.status) ? refusedFor(failure) : undefined;
  if (!lost || isAbsent(lost) || !(wasBrokenOff(lost) || NETWORK_CODES.has(lost.code ?? '')))
    return undefined;
  return { reason: `BioT does not answer: ${lost.message}` };
}

/** Refused for now, or never sent. */
function toUndone(error: unknown): Passing | undefined {
  const failure = toBiotFailure(error);
  const isUndone = failure ? wasTurnedAway(failure) : wasNeverSent(causeOf(error));
  return isUndone ? toPassing(error) : undefined;
}

const wasTurnedAway = ({ status, retryAfter }: BiotFailure): boolean =>
  status === 429 || (status === 503 && retryAfter !== undefined);

function refusedFor({ status, code, retryAfter }: BiotFailure): Passing {
  const retryAfterMs = parseRetryAfter(retryAfter);
  const reason = `BioT refused (${status})${code ? ` ${code}` : ''}`;
  return { reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Of a call without an answer, or with half of one. */
const causeOf = (error: unknown): AxiosError | undefined =>
  error instanceof PluginError && axios.isAxiosError(error.cause) ? error.cause : undefined;

/** Of whole answers axios says so with a 5xx only. */
const wasBrokenOff = ({ code, response }: AxiosError): boolean =>
  code === AxiosError.ERR_BAD_RESPONSE && response !== undefined && response.status < 500;

/** Before there was a connection. */
const wasNeverSent = (lost: AxiosError | undefined): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(lost?.code ?? '') ||
  (lost?.cause as NodeJS.ErrnoException | undefined)?.syscall === 'connect';

/** A local BioT that does not run will not begin to. */
const isAbsent = ({ message }: AxiosError): boolean => /ECONNREFUSED (127\.0\.0\.1|::1)/.test(message);
