import { EXIT, Failure } from '../../deploy/failure.ts';
import type { Interception, PluginFile } from '../../deploy/pluginFile.ts';

/** What a handler may be called for. */
export const HOOK_KINDS = [
  'NOTIFICATION',
  'INTERCEPTOR_PRE',
  'INTERCEPTOR_POST',
  'INTERCEPTOR_POST_ENTITY',
  'SCHEDULED',
  'DIRECT',
] as const;

export type HookKind = (typeof HOOK_KINDS)[number];

/** @throws Failure that lists them */
export function toHookKind(text: string): HookKind {
  const kind = HOOK_KINDS.find((name) => name === text.toUpperCase());
  if (kind) return kind;
  throw new Failure({
    code: 'USAGE',
    exitCode: EXIT.usage,
    message: `--hook must be one of ${HOOK_KINDS.join(', ')}`,
    cure: 'See npx biot-plugin invoke --help',
  });
}

const OF_INTERCEPTION: Record<Interception['type'], HookKind> = {
  PRE_REQUEST: 'INTERCEPTOR_PRE',
  POST_REQUEST: 'INTERCEPTOR_POST',
  ADAPT_ENTITY: 'INTERCEPTOR_POST_ENTITY',
};

/** What plugin.json says first. */
export function chooseHook({ subscriptions, cronSchedule }: PluginFile): HookKind {
  const [interception] = subscriptions?.interceptions ?? [];
  if (interception) return OF_INTERCEPTION[interception.type];
  if (subscriptions?.notifications?.length) return 'NOTIFICATION';
  return cronSchedule ? 'SCHEDULED' : 'DIRECT';
}

/** What makes such an event happen: a call of this API, a look at such an entity, or this action. */
export type Occasion =
  | { type: 'PRE_REQUEST' | 'POST_REQUEST'; apiId: string }
  | { type: 'ADAPT_ENTITY'; entityTypeName: string }
  | { entityTypeName: string; actionName: string };

const PATIENTS = '/organization/v1/users/patients';

const USUAL: Record<Exclude<HookKind, 'SCHEDULED' | 'DIRECT'>, Occasion> = {
  NOTIFICATION: { entityTypeName: 'patient', actionName: '_create' },
  INTERCEPTOR_PRE: { type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` },
  INTERCEPTOR_POST: { type: 'POST_REQUEST', apiId: `GET${PATIENTS}/{id}` },
  INTERCEPTOR_POST_ENTITY: { type: 'ADAPT_ENTITY', entityTypeName: 'patient' },
};

/** The first that plugin.json subscribes to, or else one of a patient. */
export function toOccasion(hook: keyof typeof USUAL, { subscriptions }: PluginFile): Occasion {
  if (hook === 'NOTIFICATION') {
    const [first] = subscriptions?.notifications ?? [];
    return first ? { entityTypeName: first.entityTypeName, actionName: first.actionName } : USUAL[hook];
  }
  const own = subscriptions?.interceptions?.find(({ type }) => OF_INTERCEPTION[type] === hook);
  if (own?.type === 'ADAPT_ENTITY' && own.entityTypeName)
    return { type: own.type, entityTypeName: own.entityTypeName };
  if (own && own.type !== 'ADAPT_ENTITY' && own.apiId) return { type: own.type, apiId: own.apiId };
  return USUAL[hook];
}
