import { PluginError } from '../runtime/errors.ts';
import type { LambdaEvent } from '../runtime/event.ts';
import type { Entity, Extracted } from '../runtime/hook.ts';
import { type ApiResponse, extractInterception, type Interception } from '../runtime/interception.ts';

/** Entities that BioT is about to return: one of a single read or write, any number of a search. */
export type PostEntityData = Interception & { response: ApiResponse & { entities: Entity[] } };

export function extractDataFromEvent(event: LambdaEvent): Extracted<PostEntityData> {
  const { data, ...extracted } = extractInterception(event);
  if (!data.response) throw new PluginError('NO_DATA');
  const entities = Array.isArray(data.response.entities) ? (data.response.entities as Entity[]) : [];
  const response = { ...(data.response as ApiResponse), entities };
  return { ...extracted, data: { ...data, response } };
}
