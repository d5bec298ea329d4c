import { PluginError } from '../runtime/errors.ts';
import { isObject, type LambdaEvent, readBodyObject } from '../runtime/event.ts';
import type { Entity, Extracted } from '../runtime/hook.ts';

/** What happened. Times are ISO 8601 with up to nine fractional digits; `traceId` is not always there. */
export type NotificationMetadata = {
  entityTypeName?: string;
  /** Like `_create` or `_update`. */
  actionName?: string;
  status?: string;
  startTime?: string;
  endTime?: string;
  traceId?: string;
  initiator?: { subject?: { id?: string }; sourceIpAddress?: string };
};

export type NotificationData = {
  metadata: NotificationMetadata;
  /** The entity after the change. */
  entity?: Entity;
  /** The entity before it, on an update. */
  oldEntity?: Entity;
};

/** BioT puts a notification's token into the body, not into a header. */
export function extractDataFromEvent(event: LambdaEvent): Extracted<NotificationData> {
  const { metadata, data, jwt } = readBodyObject(event);
  if (!isObject(data)) throw new PluginError('NO_DATA');
  if (!isObject(metadata)) throw new PluginError('NO_METADATA');

  const { entity, additionalData } = data;
  const oldEntity = isObject(additionalData) ? additionalData.oldEntity : undefined;
  return {
    data: { metadata, ...(isObject(entity) && { entity }), ...(isObject(oldEntity) && { oldEntity }) },
    ...(typeof jwt === 'string' && { token: jwt }),
  };
}
