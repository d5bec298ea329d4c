import { isObject } from '../runtime/event.ts';
import type { PerformInput } from '../runtime/hook.ts';
import type { PostData } from './extractDataFromEvent.ts';
import type { PostResult } from './response.ts';

/**
 * YOUR CODE. Runs after the API; may change its answer or, by throwing, replace it by an error. Example: adds the
 * patient's age in full years.
 */
export async function perform({ data }: PerformInput<PostData>): Promise<PostResult> {
  const { body } = data.response;
  if (!isObject(body)) return { response: {} };
  const ageInYears = toAgeInYears(body._dateOfBirth, new Date());
  return ageInYears === undefined ? { response: {} } : { response: { body: { ...body, ageInYears } } };
}

/** Full years (UTC) since a birth date (`YYYY-MM-DD`); undefined when it is none, or in the future. */
export function toAgeInYears(dateOfBirth: unknown, now: Date): number | undefined {
  if (typeof dateOfBirth !== 'string') return undefined;
  const birth = new Date(dateOfBirth);
  const hadBirthday = now.toISOString().slice(5, 10) >= dateOfBirth.slice(5, 10);
  const years = now.getUTCFullYear() - birth.getUTCFullYear() - (hadBirthday ? 0 : 1);
  return years >= 0 ? years : undefined;
}
