import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { Logs } from '../logs.ts';
import type { State } from '../state.ts';
import type { Traces } from '../traces.ts';
import { type Arrival, createChains, type Origin } from './chains.ts';
import type { HookOptions } from './hookOptions.ts';
import { createInterceptors, type Interceptors } from './interceptors.ts';
import { LANES, type LanesOptions } from './lanes.ts';
import { createNotifier, type Notifier } from './notifications.ts';
import { createPoster } from './poster.ts';

/** BioT's own limit is not published. */
const TIMEOUT_MS = 60_000;

export type DispatcherOptions = {
  state: Pick<State, 'subscriptions'>;
  clock: Clock;
  traces: Traces;
  logs: Logs;
  faults: Pick<Faults, 'take'>;
  hookToken(hook: 'INTERCEPTOR' | 'NOTIFICATION'): string;
  /** How often a deployed plugin can wait for itself: it has so many environments. */
  maxNested: number;
  log(line: string): void;
  /** How long an endpoint may take for its whole answer. */
  timeoutMs?: number;
  lanes?: LanesOptions;
};

export type Dispatcher = Interceptors &
  Pick<Notifier, 'notify'> & {
    /** Each API call begins with it. @throws BiotError 508 when it goes on with what has gone on for too long */
    admit(arrival: Arrival): Origin;
    close(): void;
  };

/** Calls the hooks: interceptors while the caller waits, notifications later. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { timeoutMs = TIMEOUT_MS, lanes = LANES, clock, traces } = options;
  const chains = createChains(options.maxNested);
  const poster = createPoster();
  const hooks = { ...toHookOptions(options), poster, traces, chains, timeoutMs };
  const hookToken = (hook: 'INTERCEPTOR' | 'NOTIFICATION') => () => options.hookToken(hook);
  const interceptors = createInterceptors({ ...hooks, hookToken: hookToken('INTERCEPTOR') });
  const notifier = createNotifier({
    ...hooks,
    ...{ clock, faults: options.faults, lanes },
    hookToken: hookToken('NOTIFICATION'),
  });
  return {
    ...interceptors,
    notify: notifier.notify,
    admit: chains.admit,
    close() {
      notifier.close();
      poster.close();
    },
  };
}

function toHookOptions(options: DispatcherOptions): Omit<HookOptions, 'hookToken'> {
  const { state, logs, log } = options;
  return {
    state,
    receiverOf: ({ pluginName, endpoint }) => pluginName ?? endpoint.split('?')[0] ?? endpoint,
    warn({ receiver, traceId, text }) {
      logs.write({ at: new Date().toISOString(), plugin: receiver, traceId, text }); // as all lines: this machine's time
      log(`[${receiver}] ${text}`);
    },
  };
}
