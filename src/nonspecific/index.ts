import type { Hook } from '../runtime/hook.ts';
import { extractDataFromEvent, type NonspecificData } from './extractDataFromEvent.ts';
import { perform } from './perform.ts';
import { type NonspecificResult, response } from './response.ts';

export const nonspecific: Hook<NonspecificData, NonspecificResult> = {
  name: 'NONSPECIFIC',
  requiredScope: () => undefined,
  extractDataFromEvent,
  perform,
  response,
};
