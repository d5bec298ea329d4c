import type { Entity } from '../state.ts';
import { findEntity, idIn, type OperationContext } from './operation.ts';
import { refuse } from './refuse.ts';

/** What an entity belongs to, and is under in its path: an alert to its patient, a command to its device. */
export type Parent = {
  type: 'patient' | 'device';
  /** Of the path. */
  variable: 'patientId' | 'deviceId';
  /** Of the child. */
  attribute: '_patient' | '_device';
  /** When there is no such parent, at a create. */
  toNotFound(id: string): Error;
  /** When the child belongs to another one. */
  toMismatch(ids: { parentId: string; id: string }): Error;
};

const noDevice = (id: string) => refuse(404, 'DEVICE_NOT_FOUND', { id });
const incorrectParent = ({ parentId, id }: { parentId: string; id: string }) =>
  refuse(400, 'INCORRECT_PARENT', { parentEntityId: parentId, id });

const device = { type: 'device', variable: 'deviceId', attribute: '_device', toNotFound: noDevice } as const;

export const parents = {
  'patient-alert': {
    type: 'patient',
    variable: 'patientId',
    attribute: '_patient',
    toNotFound: (id) => refuse(400, 'ALERT_PARENT_ENTITY_NOT_FOUND', { parentEntityId: id }),
    toMismatch: incorrectParent,
  },
  'device-alert': { ...device, toMismatch: incorrectParent },
  'usage-session': {
    ...device,
    toMismatch: ({ parentId, id }) => refuse(409, 'SESSION_WRONG_DEVICE_ID', { id, deviceId: parentId }),
  },
  command: {
    ...device,
    toMismatch: ({ parentId, id }) => refuse(409, 'COMMAND_WRONG_DEVICE_ID', { id, deviceId: parentId }),
  },
} satisfies Record<string, Parent>;

export function findParent({ state, variables }: OperationContext, parent: Parent): Entity {
  const id = variables[parent.variable] ?? '';
  const entity = state.entitiesOf(parent.type).get(id);
  if (entity) return entity;
  throw parent.toNotFound(id);
}

/** The entity, which must belong to the parent in the path. */
export function findChild(context: OperationContext, parent: Parent): Entity {
  const entity = findEntity(context);
  const parentId = context.variables[parent.variable] ?? '';
  if (idIn(entity[parent.attribute]) === parentId) return entity;
  throw parent.toMismatch({ parentId, id: String(entity._id) });
}
