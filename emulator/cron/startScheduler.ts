import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { parseSchedule } from '../schedule.ts';
import type { Plugin, State } from '../state.ts';
import { type RunOptions, runScheduled } from './runScheduled.ts';
import { toScheduledEvent } from './scheduledEvent.ts';

const POLL_MS = 250;
const MINUTE_MS = 60_000;
/** Of Lambda's asynchronous events: after which time a failed one comes again, the first time and the second. */
const RETRY_AFTER_MS = [MINUTE_MS, 2 * MINUTE_MS];
const MAX_AGE_MS = 6 * 60 * MINUTE_MS;

export type SchedulerOptions = RunOptions & {
  state: Pick<State, 'plugins'>;
  clock: Clock;
  log(line: string): void;
};

/** An event that comes again when its time has come. */
type Waiting = { pluginName: string; event: object; failures: number; since: number; dueAt: number };

type Parts = SchedulerOptions & {
  waiting: Set<Waiting>;
  /** When a plugin runs next; it is another one as soon as anything of it was changed. */
  next: WeakMap<Plugin, Date | 'never'>;
};

/** Runs plugins when the local BioT's clock says so, until the returned function is called. */
export function startScheduler(options: SchedulerOptions): () => void {
  const parts: Parts = { ...options, waiting: new Set(), next: new WeakMap() };
  let checkedUntil = options.clock.now();
  const check = () => {
    const now = options.clock.now();
    for (const plugin of findDue(parts, { after: checkedUntil, now }))
      void attempt(parts, toWaiting(plugin.config.name, now));
    for (const waiting of findWaiting(parts, now)) void attempt(parts, waiting);
    checkedUntil = now;
  };
  const timer = setInterval(check, POLL_MS).unref();
  return () => {
    clearInterval(timer);
    parts.waiting.clear();
  };
}

/** The enabled plugins whose time has come, each once however often it has come. */
function findDue({ state, next }: Parts, { after, now }: { after: Date; now: Date }): Plugin[] {
  return [...state.plugins.values()].filter((plugin) => {
    const since = new Date(Math.max(after.getTime(), Date.parse(plugin.lastModifiedTime)));
    const due = next.get(plugin) ?? timeAfter(plugin, since);
    const isDue = due !== 'never' && due <= now;
    next.set(plugin, isDue ? timeAfter(plugin, now) : due);
    return isDue && isEnabled(plugin);
  });
}

const isEnabled = ({ config }: Plugin): boolean => config.enabledState === 'ENABLED';

function timeAfter({ config }: Plugin, time: Date): Date | 'never' {
  return (config.cronSchedule && parseSchedule(config.cronSchedule)?.nextAfter(time)) || 'never';
}

function findWaiting({ waiting }: Parts, now: Date): Waiting[] {
  const due = [...waiting].filter(({ dueAt }) => dueAt <= now.getTime());
  for (const event of due) waiting.delete(event);
  return due;
}

const toWaiting = (pluginName: string, now: Date): Waiting => ({
  pluginName,
  event: toScheduledEvent(pluginName, now),
  failures: 0,
  since: now.getTime(),
  dueAt: now.getTime(),
});

async function attempt(parts: Parts, { pluginName, event, failures, since }: Waiting): Promise<void> {
  const plugin = parts.state.plugins.get(pluginName);
  if (!plugin || !isEnabled(plugin)) return;
  const traceId = randomBytes(16).toString('hex');
  const outcome = await runScheduled(parts, plugin, { event, traceId }).then(
    (invoked) => (invoked ? invoked.outcome.ok : 'throttled'),
    () => false,
  );
  if (outcome === true) return;

  const waitMs = outcome === 'throttled' ? MINUTE_MS : RETRY_AFTER_MS[failures];
  const now = parts.clock.now().getTime();
  const told = `The scheduled run of ${pluginName} ${outcome === 'throttled' ? 'found no room' : 'failed'}`;
  if (waitMs === undefined || now - since > MAX_AGE_MS) return parts.log(`${told}; it is given up`);
  parts.log(`${told}; it comes again in ${waitMs / 1000} seconds`);
  const counted = outcome === 'throttled' ? failures : failures + 1;
  parts.waiting.add({ pluginName, event, failures: counted, since, dueAt: now + waitMs });
}
