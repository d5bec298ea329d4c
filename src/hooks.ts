import { interceptorPost } from './interceptorPost/index.ts';
import { interceptorPostEntity } from './interceptorPostEntity/index.ts';
import { interceptorPre } from './interceptorPre/index.ts';
import { nonspecific } from './nonspecific/index.ts';
import { notification } from './notification/index.ts';
import { PluginError } from './runtime/errors.ts';
import { isObject, type LambdaEvent, readHeader } from './runtime/event.ts';
import type { Hook } from './runtime/hook.ts';

/** The `hooktype` header → hook; '' is an event without it. To drop a hook, delete its folder and its line here. */
const hooks = new Map<string, Hook<unknown, unknown>>([
  ['NOTIFICATION', notification],
  ['INTERCEPTOR_PRE', interceptorPre],
  ['INTERCEPTOR_POST', interceptorPost],
  ['INTERCEPTOR_POST_ENTITY', interceptorPostEntity],
  ['', nonspecific],
]);

/** @throws PluginError NO_EVENT, or UNKNOWN_HOOK_TYPE for a hook that this plugin does not have */
export function selectHook(event: LambdaEvent): Hook<unknown, unknown> {
  if (!isObject(event)) throw new PluginError('NO_EVENT');
  const hook = hooks.get(readHeader(event, 'hooktype')?.trim().toUpperCase() ?? '');
  if (!hook) throw new PluginError('UNKNOWN_HOOK_TYPE');
  return hook;
}
