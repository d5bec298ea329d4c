import type { Entity } from '../state.ts';
import { answerNothing, findEntity, idIn, type Operation, type OperationContext } from './operation.ts';
import { refuse } from './refuse.ts';
import { freeNames } from './takenNames.ts';

export const remove: Operation = (context) => {
  const entity = findEntity(context);
  CHECKS[context.type.name]?.(context, entity);
  const { state, type } = context;
  state.transaction(() => {
    freeNames(state, entity);
    state.entitiesOf(type.name).delete(String(entity._id));
  });
  return answerNothing([{ entityTypeName: type.name, actionName: '_delete', entity }]);
};

const COMMANDS_UNDER_WAY = ['STARTING', 'IN_PROGRESS'];

/** What may not be deleted, by type. */
const CHECKS: Record<string, (context: OperationContext, entity: Entity) => void> = {
  caregiver({ state }, { _id: id }) {
    for (const patient of state.entitiesOf('patient').values())
      if (idIn(patient._caregiver) === id) throw refuse(409, 'CAREGIVER_ASSIGNED_TO_PATIENT', { id });
  },
  'organization-user'({ state }, { _id: id, _ownerOrganization }) {
    const organization = state.entitiesOf('organization').get(idIn(_ownerOrganization) ?? '');
    if (idIn(organization?._primaryAdministrator) === id)
      throw refuse(409, 'USER_IS_ORGANIZATION_ADMIN', { id });
  },
  device({ state }, { _id: deviceId }) {
    for (const { _device, _state } of state.entitiesOf('usage-session').values())
      if (idIn(_device) === deviceId && _state !== 'DONE')
        throw refuse(403, 'UPDATE_DEVICE_HAS_AN_ACTIVE_SESSION', { attributeName: '_id', deviceId });
  },
  'usage-session'(_context, { _id: id, _state: state }) {
    if (state !== 'DONE') throw refuse(409, 'CANNOT_DELETE_NON_DONE_SESSION', { id, state });
  },
  command(_context, { _state: currentState }) {
    if (COMMANDS_UNDER_WAY.includes(String(currentState)))
      throw refuse(409, 'COMMAND_STATE_DELETE_INVALID', { currentState });
  },
};
