import type { Entity, PerformInput } from '../runtime/hook.ts';
import type { NotificationData } from './extractDataFromEvent.ts';
import type { NotificationResult } from './response.ts';

const PATIENTS = '/organization/v1/users/patients';

/** YOUR CODE. Runs after something happened; the caller does not wait for it. Example: reads the patient back. */
export async function perform({
  data,
  biot,
  log,
}: PerformInput<NotificationData>): Promise<NotificationResult> {
  const { metadata, entity } = data;
  const id = entity?._id;
  if (metadata.entityTypeName !== 'patient' || typeof id !== 'string') return;

  const patient = await biot.get<Entity | null>(`${PATIENTS}/${encodeURIComponent(id.toWellFormed())}`);
  log.info('Read the patient back', {
    action: metadata.actionName,
    enabled: patient?._enabled === 'ENABLED',
  });
}
