import { insert, newEntity } from './create.ts';
import { answerEntity, idIn, type Operation } from './operation.ts';
import { findChild, findParent, parents } from './parent.ts';
import { toReference } from './references.ts';
import { refuse } from './refuse.ts';
import { replace } from './update.ts';

const UNDER_WAY = ['STARTING', 'IN_PROGRESS'];

/** That it is told as `_start`, and not as `_create` too, is assumed. */
export const startCommand: Operation = (context) => {
  const device = findParent(context, parents.command);
  const command = newEntity(context, {
    _device: toReference(device),
    _ownerOrganization: device._ownerOrganization,
    _startTime: context.now.toISOString(),
  });
  const templateId = idIn(command._template);
  for (const other of context.state.entitiesOf('command').values()) {
    const isSame = idIn(other._device) === device._id && idIn(other._template) === templateId;
    if (isSame && UNDER_WAY.includes(String(other._state)))
      throw refuse(409, 'DEVICE_IN_COMMAND_WITH_SAME_TEMPLATE', { deviceId: device._id, templateId });
  }
  insert(context, command);
  return answerEntity(201, command, [{ entityTypeName: 'command', actionName: '_start', entity: command }]);
};

/** There is no device here that would have to obey: the command ends at once. */
export const stopCommand: Operation = (context) => {
  const oldEntity = findChild(context, parents.command);
  const { _state: currentState } = oldEntity;
  if (!UNDER_WAY.includes(String(currentState)))
    throw refuse(409, 'COMMAND_STATE_CHANGE_INVALID', { currentState });
  const attributes = { _state: 'ABORTED', _endTime: context.now.toISOString() };
  return replace(context, oldEntity, { attributes, actionName: '_stop' });
};
