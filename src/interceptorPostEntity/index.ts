import type { Hook } from '../runtime/hook.ts';
import { extractDataFromEvent, type PostEntityData } from './extractDataFromEvent.ts';
import { perform } from './perform.ts';
import { type PostEntityResult, response } from './response.ts';

export const interceptorPostEntity: Hook<PostEntityData, PostEntityResult> = {
  name: 'INTERCEPTOR_POST_ENTITY',
  requiredScope: (config) => config.interceptionScope,
  extractDataFromEvent,
  perform,
  response,
};
