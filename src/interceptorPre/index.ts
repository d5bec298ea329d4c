import type { Hook } from '../runtime/hook.ts';
import { extractDataFromEvent, type PreData } from './extractDataFromEvent.ts';
import { perform } from './perform.ts';
import { type PreResult, response } from './response.ts';

export const interceptorPre: Hook<PreData, PreResult> = {
  name: 'INTERCEPTOR_PRE',
  requiredScope: (config) => config.interceptionScope,
  extractDataFromEvent,
  perform,
  response,
};
