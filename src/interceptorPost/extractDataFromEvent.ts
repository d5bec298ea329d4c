import { PluginError } from '../runtime/errors.ts';
import type { LambdaEvent } from '../runtime/event.ts';
import type { Extracted } from '../runtime/hook.ts';
import { type ApiResponse, extractInterception, type Interception } from '../runtime/interception.ts';

/** A call that the API has answered. `body` is its parsed JSON. */
export type PostData = Interception & { response: ApiResponse & { body?: unknown } };

export function extractDataFromEvent(event: LambdaEvent): Extracted<PostData> {
  const { data, ...extracted } = extractInterception(event);
  if (!data.response) throw new PluginError('NO_DATA');
  return { ...extracted, data: { ...data, response: data.response as PostData['response'] } };
}
