import type { Entity } from '../state.ts';
import { checkPresence } from './attributeRules.ts';
import { pickAttributes } from './create.ts';
import { answerEntity, findEntity, type Operation, type OperationContext, toObject } from './operation.ts';
import { resolveReferences } from './references.ts';
import { takeNames } from './takenNames.ts';
import { toCaption } from './toCaption.ts';

/** PATCH: what was sent changes, the rest stays. */
export const update: Operation = (context) => {
  const oldEntity = findEntity(context);
  return replace(context, oldEntity, { attributes: patch(context, oldEntity), actionName: '_update' });
};

// Objects of attributes that are each on their own. Any other object is replaced whole: its schema wants all of it.
const MERGED = ['_configuration', '_summary'];

/** @throws BiotError 400, 404 with the code of what is wrong with the body */
export function patch({ state, type, body }: OperationContext, oldEntity: Entity): Entity {
  const sent = toObject(body);
  for (const name of type.mandatoryInUpdate) checkPresence(name, sent[name]);
  const { id: templateId } = oldEntity._template as Entity;
  const attributes = pickAttributes(type, sent, templateId);
  for (const name of type.mandatory) if (name in attributes) checkPresence(name, attributes[name]);
  for (const name of MERGED) {
    if (attributes[name])
      attributes[name] = { ...(oldEntity[name] as Entity), ...(attributes[name] as Entity) };
  }
  return resolveReferences(state, type, attributes);
}

/** Keeps the entity with other attributes, and answers with it. @throws BiotError 409 for a name that is taken */
export function replace(
  { state, type, now }: OperationContext,
  oldEntity: Entity,
  { attributes, actionName }: { attributes: Entity; actionName: string },
) {
  const changed: Entity = { ...oldEntity, ...attributes, _lastModifiedTime: now.toISOString() };
  const entity: Entity = { ...changed, _caption: toCaption(type, changed) };
  state.transaction(() => {
    takeNames(state, entity, oldEntity);
    state.entitiesOf(type.name).set(String(entity._id), entity);
  });
  return answerEntity(200, entity, [{ entityTypeName: type.name, actionName, entity, oldEntity }]);
}
