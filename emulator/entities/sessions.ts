import type { Entity } from '../state.ts';
import { insert, newEntity } from './create.ts';
import { answerEntity, idIn, type Operation, type OperationContext, toObject } from './operation.ts';
import { findChild, findParent, parents } from './parent.ts';
import { toReference } from './references.ts';
import { refuse } from './refuse.ts';
import { checkTimes } from './sessionTimes.ts';
import { patch, replace } from './update.ts';

const parent = parents['usage-session'];

export const isOpenSession = ({ _state }: Entity): boolean => _state !== 'DONE';

/** By the device itself, or whoever speaks for it. */
export const createSession: Operation = (context) => {
  const session = newSession(context, {});
  checkTimes(session, context.now);
  return keep(context, session, '_create');
};

/** There is no device here that could say that it has begun, paused or ended: it is taken to obey at once. */
export const startSession: Operation = (context) => {
  const own = { _state: 'ACTIVE', _startTime: context.now.toISOString(), _initiator: 'REMOTE_CONTROL' };
  const body = { ...toObject(context.body), ...own };
  return keep(context, newSession({ ...context, body }, own), '_remoteStart');
};

function newSession(context: OperationContext, own: Entity): Entity {
  const device = findParent(context, parent);
  const session = newEntity(context, own);
  const patient = session._patient ?? device._patient;
  if (!patient) throw refuse(400, 'SESSION_MISSING_PATIENT_ID', { deviceId: device._id });
  const owner = { _ownerOrganization: device._ownerOrganization, _patient: patient };
  const whole = { ...session, ...owner, _device: toReference(device) };
  return { ...whole, _sessionContext: toSessionContext(whole) };
}

/** What a device sends along with measurements. */
export function toSessionContext({ _patient, _id, _ownerOrganization }: Entity): string {
  const content = {
    patientId: idIn(_patient),
    sessionId: _id,
    ownerOrganizationId: idIn(_ownerOrganization),
  };
  return Buffer.from(JSON.stringify(content)).toString('base64');
}

function keep(context: OperationContext, session: Entity, actionName: string) {
  if (isOpenSession(session)) checkDeviceIsFree(context, session);
  insert(context, session);
  return answerEntity(201, session, [{ entityTypeName: 'usage-session', actionName, entity: session }]);
}

function checkDeviceIsFree({ state }: OperationContext, session: Entity): void {
  const deviceId = idIn(session._device);
  for (const other of state.entitiesOf('usage-session').values()) {
    if (!isOpenSession(other) || idIn(other._device) !== deviceId) continue;
    if (idIn(other._patient) !== idIn(session._patient))
      throw refuse(409, 'DEVICE_IN_SESSION_WITH_ANOTHER_PATIENT', { deviceId });
    const usageTypeId = idIn(session._template);
    if (idIn(other._template) === usageTypeId)
      throw refuse(409, 'DEVICE_IN_SESSION_WITH_USAGE_TYPE', { deviceId, usageTypeId });
  }
}

export const updateSession: Operation = (context) => {
  const oldEntity = findChild(context, parent);
  const attributes = patch(context, oldEntity);
  if (!isOpenSession(oldEntity) && attributes._state !== 'DONE')
    throw refuse(409, 'SESSION_STATE_CHANGE_INVALID', {
      currentState: oldEntity._state,
      targetState: attributes._state,
    });
  checkTimes({ ...oldEntity, ...attributes }, context.now);
  return replace(context, oldEntity, { attributes, actionName: '_update' });
};

type Step = { from: string[]; to: string; actionName: string };

const STEPS = {
  pause: { from: ['ACTIVE'], to: 'PAUSED', actionName: '_remotePause' },
  resume: { from: ['PAUSED'], to: 'ACTIVE', actionName: '_remoteResume' },
  stop: { from: ['ACTIVE', 'PAUSED'], to: 'DONE', actionName: '_remoteStop' },
} satisfies Record<string, Step>;

export const controlSession =
  (name: keyof typeof STEPS): Operation =>
  (context) => {
    const { from, to, actionName }: Step = STEPS[name];
    const oldEntity = findChild(context, parent);
    const { _initiator, _state } = oldEntity;
    if (_initiator !== 'REMOTE_CONTROL')
      throw refuse(403, 'SESSION_INITIATOR_MISMATCH', {
        originalInitiator: _initiator,
        currentInitiator: 'REMOTE_CONTROL',
      });
    if (!from.includes(String(_state)))
      throw refuse(409, 'SESSION_STATE_CHANGE_INVALID', { currentState: _state, targetState: to });
    const end = {
      _endTime: context.now.toISOString(),
      _summary: { ...(oldEntity._summary as Entity), _stopReasonCode: 'COMPLETION' },
    };
    const attributes = { _state: to, ...(to === 'DONE' && end) };
    return replace(context, oldEntity, { attributes, actionName });
  };
