import type { Hook } from '../runtime/hook.ts';
import { extractDataFromEvent, type PostData } from './extractDataFromEvent.ts';
import { perform } from './perform.ts';
import { type PostResult, response } from './response.ts';

export const interceptorPost: Hook<PostData, PostResult> = {
  name: 'INTERCEPTOR_POST',
  requiredScope: (config) => config.interceptionScope,
  extractDataFromEvent,
  perform,
  response,
};
