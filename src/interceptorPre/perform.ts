import { PluginError } from '../runtime/errors.ts';
import { isObject } from '../runtime/event.ts';
import type { PerformInput } from '../runtime/hook.ts';
import type { PreData } from './extractDataFromEvent.ts';
import type { PreResult } from './response.ts';

const EARLIEST_TIME_ZONE_MS = 14 * 60 * 60 * 1000;

/**
 * YOUR CODE. Runs before the API; may change the request or, by throwing, refuse it. Example: refuses a birth date
 * in the future and normalises the e-mail address.
 */
export async function perform({ data }: PerformInput<PreData>): Promise<PreResult> {
  const { body } = data.request;
  if (!isObject(body)) return { request: {} };

  if (isInFuture(body._dateOfBirth, new Date())) {
    throw new PluginError({
      status: 400,
      code: 'BIRTH_DATE_IN_FUTURE',
      message: 'The date of birth is in the future.',
    });
  }
  if (typeof body._email !== 'string') return { request: {} };
  return { request: { body: { ...body, _email: body._email.trim().toLowerCase() } } };
}

/** Is the date (`YYYY-MM-DD`) still to come everywhere on Earth? A child born today in Kiribati may be registered. */
export function isInFuture(date: unknown, now: Date): boolean {
  const latestToday = new Date(now.getTime() + EARLIEST_TIME_ZONE_MS).toISOString().slice(0, 10);
  return typeof date === 'string' && date.slice(0, 10) > latestToday;
}
