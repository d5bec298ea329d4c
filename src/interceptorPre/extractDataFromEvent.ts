import type { LambdaEvent } from '../runtime/event.ts';
import type { Extracted } from '../runtime/hook.ts';
import { extractInterception, type Interception } from '../runtime/interception.ts';

/** A call that the API has not seen yet. */
export type PreData = Interception;

export function extractDataFromEvent(event: LambdaEvent): Extracted<PreData> {
  return extractInterception(event);
}
