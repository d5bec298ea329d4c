import type { Entity } from '../state.ts';
import type { Origin } from './chains.ts';

/** What happened to which entity; `oldEntity` only for an update. */
export type Change = {
  origin: Origin;
  entityTypeName: string;
  /** Like `_create`. */
  actionName: string;
  entity: Entity;
  oldEntity?: Entity;
  /** Instead of what is told of `oldEntity`. */
  additionalData?: Entity;
  startedAt: Date;
  initiatorId?: string;
  /** `ip:port` of who called the API. */
  sourceIpAddress?: string;
};

/** The body of a NOTIFICATION, as in the newest capture: no `metadata.traceId`, the initiator's address with its port. */
export function toNotification(change: Change & { endedAt: Date }, jwt: string): object {
  const { entityTypeName, actionName, entity, oldEntity } = change;
  const { startedAt, endedAt, initiatorId, sourceIpAddress } = change;
  const additionalData = change.additionalData ?? (oldEntity ? { oldEntity: toOldEntity(oldEntity) } : {});
  return {
    metadata: {
      entityTypeName,
      actionName,
      status: 'SUCCESS',
      startTime: toNanoseconds(startedAt),
      endTime: toNanoseconds(endedAt),
      initiator: {
        ...(initiatorId && { subject: { id: initiatorId } }),
        ...(sourceIpAddress && { sourceIpAddress }),
      },
    },
    data: { entity, additionalData },
    jwt,
  };
}

/** BioT writes nine fractional digits here; a clock of milliseconds can only fill them with zeros. */
const toNanoseconds = (time: Date): string => `${time.toISOString().slice(0, -1)}000000Z`;

/** Of what the old entity refers to, only the ids are told; the template is no reference. */
function toOldEntity(entity: Entity): Entity {
  const fields = Object.entries(entity);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, name === '_template' ? value : toBareReference(value)]),
  );
}

function toBareReference(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toBareReference);
  if (typeof value !== 'object' || value === null || !('id' in value)) return value;
  const names = Object.keys(value);
  return { ...Object.fromEntries(names.map((name) => [name, null])), id: value.id };
}
