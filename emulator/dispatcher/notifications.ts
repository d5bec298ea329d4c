import type { Entity, State, Subscription } from '../state.ts';
import type { Traces } from '../traces.ts';
import { deliver } from './deliver.ts';

/** What happened to which entity; `oldEntity` only for an update. */
export type Change = {
  traceId: string;
  entityTypeName: string;
  /** Like `_create`. */
  actionName: string;
  entity: Entity;
  oldEntity?: Entity;
  initiatorId?: string;
};

export type NotificationsOptions = {
  state: Pick<State, 'subscriptions'>;
  traces: Traces;
  hookToken(): string;
  log(line: string): void;
};

/** Tells every subscriber of the action. Never throws: nobody waits for it, and BioT does not look at the answers. */
export async function notifySubscribers(options: NotificationsOptions, change: Change): Promise<void> {
  const hooks = [...options.state.subscriptions.values()].filter((hook) => isAbout(hook, change));
  const body = toNotification(change, options.hookToken());
  const { traceId } = change;
  const deliveries = hooks.map(({ endpoint, pluginName }) =>
    deliver(
      { endpoint, hookType: 'NOTIFICATION', traceId, body, receiver: pluginName ?? endpoint },
      options.traces,
    ),
  );
  for (const delivery of await Promise.allSettled(deliveries)) {
    if (delivery.status === 'rejected') options.log(`A notification was lost: ${delivery.reason}`);
  }
}

function isAbout(hook: Subscription, { entityTypeName, actionName, entity }: Change): boolean {
  if (hook.kind !== 'notification') return false;
  const { name } = (entity._template ?? {}) as { name?: unknown };
  const fits = hook.templateName === undefined || hook.templateName === name;
  return fits && hook.entityTypeName === entityTypeName && hook.actionName === actionName;
}

/** BioT's times have nine fractional digits here; a clock of milliseconds can only fill them with zeros. */
function toNotification(change: Change, jwt: string): object {
  const { entityTypeName, actionName, entity, oldEntity, initiatorId, traceId } = change;
  const now = `${new Date().toISOString().slice(0, -1)}000000Z`;
  const initiator = { subject: { id: initiatorId }, sourceIpAddress: '127.0.0.1:59290' };
  return {
    metadata: {
      entityTypeName,
      actionName,
      status: 'SUCCESS',
      startTime: now,
      endTime: now,
      traceId,
      initiator,
    },
    data: { entity, additionalData: oldEntity ? { oldEntity } : {} },
    jwt,
  };
}
