import type { Clock } from '../clock.ts';
import type { Subscription } from '../state.ts';
import { type DeliverOptions, deliver } from './deliver.ts';
import type { HookOptions } from './hookOptions.ts';
import { createLanes, type LanesOptions } from './lanes.ts';
import { type Change, toNotification } from './toNotification.ts';

export type NotifierOptions = DeliverOptions & HookOptions & { clock: Clock; lanes: LanesOptions };

export type Notifier = {
  /** Tells every subscriber of the action, in a while. Never throws: BioT does not look at the answers. */
  notify(change: Change): void;
  /** What has not begun is forgotten. */
  close(): void;
};

export function createNotifier(options: NotifierOptions): Notifier {
  const lanes = createLanes(options.lanes);
  let isClosed = false;
  return {
    notify(change) {
      const endedAt = options.clock.now();
      for (const hook of options.state.subscriptions.values()) {
        if (!isAbout(hook, change)) continue;
        const warn = (text: string) => isClosed || warnAbout(options, { hook, change, text });
        lanes.add(hook.endpoint, {
          run: () => send(options, hook, { ...change, endedAt }).catch(({ message }) => void warn(message)),
          drop: () => void warn(`dropped, as ${options.lanes.maxWaiting} are waiting for it already`),
        });
      }
    },
    close() {
      isClosed = true;
      lanes.close();
    },
  };
}

async function send(
  options: NotifierOptions,
  hook: Subscription,
  change: Change & { endedAt: Date },
): Promise<void> {
  await deliver(options, {
    endpoint: hook.endpoint,
    hookType: 'NOTIFICATION',
    body: toNotification(change, options.hookToken()),
    receiver: options.receiverOf(hook),
    isDeployed: hook.pluginName !== undefined,
    origin: change.origin,
  });
}

function isAbout(hook: Subscription, { entityTypeName, actionName, entity }: Change): boolean {
  if (hook.kind !== 'notification') return false;
  const { name } = (entity._template ?? {}) as { name?: unknown };
  const fits = hook.templateName === undefined || hook.templateName === name;
  return fits && hook.entityTypeName === entityTypeName && hook.actionName === actionName;
}

type Lost = { hook: Subscription; change: Change; text: string };

function warnAbout({ receiverOf, warn }: NotifierOptions, { hook, change, text }: Lost): void {
  const { entityTypeName, actionName, origin } = change;
  const what = `The notification of ${entityTypeName} ${actionName} was lost`;
  warn({ receiver: receiverOf(hook), traceId: origin.traceId, text: `${what}: ${text}` });
}
