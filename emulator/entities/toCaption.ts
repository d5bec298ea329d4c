import type { Entity } from '../state.ts';
import type { EntityType } from './entityTypes.ts';

/** What people call the entity. A patient's is `Smith John (123456789)`, as captured; others are assumed. */
export function toCaption(type: EntityType, entity: Entity): string {
  const { _name, _code, _id, _nationalId, _template } = entity;
  if (type.name === 'device') return String(_id);
  if (typeof _name === 'string') return _name;
  if (typeof _code === 'string') return _code;
  if (typeof _name !== 'object' || _name === null) return String((_template as Entity).displayName);
  const { firstName, lastName } = _name as Entity;
  return `${lastName} ${firstName}${_nationalId ? ` (${_nationalId})` : ''}`;
}
