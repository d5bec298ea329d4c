import type { Entity } from '../state.ts';
import type { EntityType } from './entityTypes.ts';
import { type EntityState, idIn } from './operation.ts';
import { refuse } from './refuse.ts';

/** An entity as others show it that refer to it. */
export function toReference(entity: Entity): Entity {
  const { id, name, displayName } = (entity._template ?? {}) as Record<string, unknown>;
  return {
    id: entity._id,
    templateId: id ?? null,
    parentEntityId: null,
    templateName: name ?? null,
    template: id ? { name, displayName, id } : null,
    organizationId: idIn(entity._ownerOrganization) ?? null,
    name: entity._caption ?? null,
  };
}

/**
 * The attributes with each reference in full.
 * @throws BiotError 404 when there is no entity of that id: ORGANIZATION_NOT_FOUND for the owner where the
 * organization service says so, REFERENCE_CONFIGURATION_ENTITY_NOT_FOUND otherwise
 */
export function resolveReferences(state: EntityState, type: EntityType, attributes: Entity): Entity {
  const resolved = { ...attributes };
  for (const [attributeName, rule] of Object.entries(type.attributes)) {
    if (rule.kind === 'reference' && attributeName in attributes)
      resolved[attributeName] = resolve(state, {
        attributeName,
        to: rule.to,
        value: attributes[attributeName],
      });
  }
  return resolved;
}

type Reference = { attributeName: string; to: string; value: unknown };

function resolve(state: EntityState, { attributeName, to, value }: Reference): Entity | null {
  const id = idIn(value);
  if (id === undefined) return null;
  const entity = state.entitiesOf(to).get(id);
  if (!entity) throw notFound(attributeName, id);
  return toReference(entity);
}

const notFound = (attributeName: string, entityId: string) =>
  attributeName === '_ownerOrganization'
    ? refuse(404, 'ORGANIZATION_NOT_FOUND', { id: entityId })
    : refuse(404, 'REFERENCE_CONFIGURATION_ENTITY_NOT_FOUND', { attributeName, entityId });
