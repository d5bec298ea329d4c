import type { Entity } from '../state.ts';
import { insert, newEntity } from './create.ts';
import { answerEntity, type Operation, type OperationContext } from './operation.ts';
import { findChild, findParent, type Parent } from './parent.ts';
import { toReference } from './references.ts';
import { refuse } from './refuse.ts';
import { patch, replace } from './update.ts';

export const isOpenAlert = ({ _state }: Entity): boolean => _state !== 'CLEARED';

export const createAlert =
  (parent: Parent): Operation =>
  (context) => {
    const owner = findParent(context, parent);
    const entity = newEntity(context, {
      [parent.attribute]: toReference(owner),
      _ownerOrganization: owner._ownerOrganization,
      _setDateTime: context.now.toISOString(),
    });
    checkNotes(entity);
    const alert = isOpenAlert(entity) ? entity : { ...entity, ...toClearing(context) };
    insert(context, alert);
    const { name: entityTypeName } = context.type;
    return answerEntity(201, alert, [{ entityTypeName, actionName: '_create', entity: alert }]);
  };

/** That clearing an alert is told as `_clear` and not as `_update`, and that none is opened again, is assumed. */
export const updateAlert =
  (parent: Parent): Operation =>
  (context) => {
    const oldEntity = findChild(context, parent);
    const attributes = patch(context, oldEntity);
    const changed = { ...oldEntity, ...attributes };
    if (!isOpenAlert(oldEntity) && isOpenAlert(changed))
      throw refuse(400, 'ILLEGAL_STATE_CHANGE', { oldState: oldEntity._state, newState: changed._state });
    checkNotes(changed);
    const isCleared = isOpenAlert(oldEntity) && !isOpenAlert(changed);
    return isCleared
      ? replace(context, oldEntity, {
          attributes: { ...attributes, ...toClearing(context) },
          actionName: '_clear',
        })
      : replace(context, oldEntity, { attributes, actionName: '_update' });
  };

function checkNotes(alert: Entity): void {
  if (isOpenAlert(alert) && alert._clearNotes) throw refuse(400, 'CLEAR_NOTES_GIVEN_ON_OPEN_ALERT');
}

function toClearing({ state, callerId, now }: OperationContext): Entity {
  const types = ['organization-user', 'caregiver', 'patient'];
  const caller = types.map((type) => state.entitiesOf(type).get(callerId ?? '')).find(Boolean);
  return {
    _clearDateTime: now.toISOString(),
    _clearTrigger: 'MANUAL',
    _clearedBy: caller ? toReference(caller) : null,
  };
}
