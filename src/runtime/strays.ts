import { AsyncLocalStorage } from 'node:async_hooks';
import type { Config } from './config.ts';
import { configureLogger, type Facts, type Log } from './configureLogger.ts';

const MAX_LINES = 20; // between the starts of two events: a timer that throws for ever must not fill the log

/** Whose code runs: that of the event with this log, or without one what was started as the plugin was loaded. */
type Owner = { log?: Log };

const owners = new AsyncLocalStorage<Owner>();
owners.enterWith({}); // for all modules that are loaded after this one; the runtime client's code never comes to see it

/** Runs the work of an event. What it leaves behind stays known as that event's. */
export type RunWork = <Result>(log: Log, work: () => Result) => Result;

/**
 * From the first event on, an error of the plugin that nobody caught is logged and the process lives: were it to end,
 * the next event would be lost. What is not known to be the plugin's own ends it, as it would without us: where the
 * runtime client itself has failed, nobody is left to ask for events.
 */
export function surviveStrays(config: Config): RunWork {
  const loadLog = configureLogger(config, { traceId: '-', requestId: '-' });
  let linesLeft = MAX_LINES;
  let isListening = false;

  const meet = (origin: string, thrown: unknown): void => {
    const owner = owners.getStore();
    if (!owner) endProcess(loadLog, origin, thrown);
    if (linesLeft === 0) return;
    linesLeft--;
    const facts = { ...toFacts(origin, thrown), ...(linesLeft === 0 && { isLastUntilNextEvent: true }) };
    (owner.log ?? loadLog).error('Nobody caught an error', facts);
  };

  return (log, work) => {
    linesLeft = MAX_LINES;
    if (!isListening) {
      isListening = true;
      process.on('uncaughtException', (thrown) => meet('uncaughtException', thrown));
      process.on('unhandledRejection', (thrown) => meet('unhandledRejection', thrown));
    }
    return owners.run({ log }, work);
  };
}

/** For where the process is somebody else's, who listens himself: a server, a test. */
export const leaveStrays: RunWork = (_log, work) => work();

function endProcess(log: Log, origin: string, thrown: unknown): never {
  log.error('The process ends: an error is not known to be the plugin’s own', toFacts(origin, thrown));
  process.exit(1);
}

// What is no error may hold anything, so only its kind is told.
function toFacts(origin: string, thrown: unknown): Facts {
  try {
    if (thrown instanceof Error) return { origin, error: thrown };
  } catch {
    // A proxy may refuse even that question.
  }
  return { origin, thrown: typeof thrown };
}
