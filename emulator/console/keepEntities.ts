import type { Entity, State } from '../state.ts';
import type { ReadEvent } from './freshTokens.ts';

/**
 * Keeps what an event tells of, where it is not there: a handler reads it back, and the event may come of another BioT.
 */
export function keepEntities(state: Pick<State, 'entitiesOf'>, { hook, body = {} }: ReadEvent): void {
  const { metadata, data, entityName, response } = body as Told;
  const typeName = hook === 'NOTIFICATION' ? metadata?.entityTypeName : entityName;
  if (typeof typeName !== 'string') return;
  const table = state.entitiesOf(typeName);
  for (const entity of [data?.entity, response?.body, response?.entities].flat())
    if (isEntity(entity) && !table.has(entity._id)) table.set(entity._id, entity);
}

type Told = {
  metadata?: { entityTypeName?: unknown };
  data?: { entity?: unknown };
  entityName?: unknown;
  response?: { body?: unknown; entities?: unknown };
};

const isEntity = (value: unknown): value is Entity & { _id: string } =>
  typeof value === 'object' && value !== null && typeof (value as Entity)._id === 'string';
