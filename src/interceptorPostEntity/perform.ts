import type { Entity, PerformInput } from '../runtime/hook.ts';
import type { PostEntityData } from './extractDataFromEvent.ts';
import type { PostEntityResult } from './response.ts';

const VISIBLE_DIGITS = 2;

/** YOUR CODE. Adapts every entity that BioT returns, also all those of a search. Example: masks the national id. */
export async function perform({ data }: PerformInput<PostEntityData>): Promise<PostEntityResult> {
  return { response: { entities: data.response.entities.map(maskNationalId) } };
}

function maskNationalId(entity: Entity): Entity {
  const id = entity?._nationalId; // BioT does not promise that each of them is there
  if (typeof id !== 'string') return entity;
  const visible = id.length > 2 * VISIBLE_DIGITS ? id.slice(-VISIBLE_DIGITS) : '';
  return { ...entity, _nationalId: '*'.repeat(id.length - visible.length) + visible };
}
