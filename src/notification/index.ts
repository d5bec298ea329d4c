import type { Hook } from '../runtime/hook.ts';
import { extractDataFromEvent, type NotificationData } from './extractDataFromEvent.ts';
import { perform } from './perform.ts';
import { type NotificationResult, response } from './response.ts';

export const notification: Hook<NotificationData, NotificationResult> = {
  name: 'NOTIFICATION',
  requiredScope: (config) => config.notificationScope,
  extractDataFromEvent,
  perform,
  response,
};
