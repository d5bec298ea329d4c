import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Subscription } from '../state.ts';
import { type DeliverOptions, deliver } from './deliver.ts';
import type { HookOptions } from './hookOptions.ts';
import { createLanes, type LanesOptions, type Work } from './lanes.ts';
import { type Change, toNotification } from './toNotification.ts';

export type NotifierOptions = DeliverOptions &
  HookOptions & { clock: Clock; faults: Pick<Faults, 'take'>; lanes: LanesOptions };

export type Notifier = {
  /**
   * Tells every subscriber of the action, in a while, and returns who they are. Never throws: BioT does not look at the
   * answers.
   */
  notify(change: Change): string[];
  /** What has not begun is forgotten. */
  close(): void;
};

type Ended = Change & { endedAt: Date };

export function createNotifier(options: NotifierOptions): Notifier {
  const lanes = createLanes(options.lanes);
  const late = new Set<NodeJS.Timeout>();
  let isClosed = false;
  const warn: NotifierOptions['warn'] = (warning) => void (isClosed || options.warn(warning));
  const addLater = (ms: number, add: () => void) => {
    const timer = setTimeout(() => {
      late.delete(timer);
      add();
    }, ms);
    late.add(timer);
  };
  const begin = (hook: Subscription, change: Ended) => {
    const add = () => isClosed || lanes.add(hook.endpoint, toWork({ ...options, warn }, hook, change));
    const fault = takeFault(options, hook, change);
    if (fault?.kind === 'late') addLater(fault.ms, add);
    else add();
    if (fault?.kind === 'duplicate') add();
  };
  return {
    notify(change) {
      const ended = { ...change, endedAt: options.clock.now() };
      const hooks = [...options.state.subscriptions.values()].filter((hook) => isAbout(hook, change));
      for (const hook of hooks) begin(hook, ended);
      return hooks.map(options.receiverOf);
    },
    close() {
      isClosed = true;
      for (const timer of late) clearTimeout(timer);
      lanes.close();
    },
  };
}

function toWork(options: NotifierOptions, hook: Subscription, change: Ended): Work {
  const warn = (text: string) => warnOf(options, { hook, change, text: `was lost: ${text}` });
  return {
    run: () => send(options, hook, change).catch(({ message }: Error) => warn(message)),
    drop: () => warn(`${options.lanes.maxWaiting} are waiting for it already`),
  };
}

async function send(options: NotifierOptions, hook: Subscription, change: Ended): Promise<void> {
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

/** What shall go wrong with this one, if anything. */
function takeFault(options: NotifierOptions, hook: Subscription, change: Change): ReturnType<Faults['take']> {
  const path = `/${change.entityTypeName}/${change.actionName}`;
  const fault = options.faults.take({ service: 'notification', path });
  if (fault) warnOf(options, { hook, change, text: `has a fault that was asked for: ${fault.kind}` });
  return fault;
}

type About = { hook: Subscription; change: Change; text: string };

function warnOf({ receiverOf, warn }: NotifierOptions, { hook, change, text }: About): void {
  const { entityTypeName, actionName, origin } = change;
  const what = `The notification of ${entityTypeName} ${actionName}`;
  warn({ receiver: receiverOf(hook), traceId: origin.traceId, text: `${what} ${text}` });
}
