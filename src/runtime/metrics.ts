import type { Config } from './config.ts';
import { type LogContext, logMetrics } from './configureLogger.ts';
import type { PluginError } from './errors.ts';
import { readClock } from './readClock.ts';

const NAMESPACE = 'BioT/Plugin';
const METRICS = [
  { Name: 'durationMs', Unit: 'Milliseconds' },
  { Name: 'failed', Unit: 'Count' },
  { Name: 'coldStart', Unit: 'Count' },
  { Name: 'biotCalls', Unit: 'Count' },
];
const MAX_DIMENSION_LENGTH = 1024;

/** What is known of an event when it is answered; `startedAt` is of the process's own clock. */
export type Metrics = {
  hook: string;
  startedAt: number;
  biotCalls: number;
  biotMs: number;
  failure?: PluginError;
  onCall(durationMs: number): void;
};

let isColdStart = true;

/** The hook is unknown until one is selected: what a header says must not name a metric, which costs money. */
export function startMetrics(): Metrics {
  const metrics: Metrics = {
    hook: 'UNKNOWN',
    startedAt: readClock(),
    biotCalls: 0,
    biotMs: 0,
    onCall(durationMs) {
      metrics.biotCalls++;
      metrics.biotMs += durationMs;
    },
  };
  return metrics;
}

/** One line of the log that is a record of CloudWatch's embedded metric format too. Never throws. */
export function writeMetrics(config: Config, context: LogContext, metrics: Metrics): void {
  const coldStart = isColdStart ? 1 : 0;
  isColdStart = false;
  if (!config.shouldWriteMetrics) return;

  try {
    const { hook, startedAt, biotCalls, biotMs, failure } = metrics;
    const name = toNameDimension(config.appName);
    const facts = {
      ...name,
      hook,
      code: failure?.code ?? 'OK',
      durationMs: toHundredths(readClock() - startedAt),
      failed: failure && failure.status >= 500 ? 1 : 0,
      ...{ coldStart, biotCalls, biotMs: toHundredths(biotMs) },
    };
    const Dimensions = [[...Object.keys(name), 'hook']];
    const CloudWatchMetrics = [{ Namespace: NAMESPACE, Dimensions, Metrics: METRICS }];
    logMetrics(config, context, { facts, _aws: { Timestamp: Date.now(), CloudWatchMetrics } });
  } catch {
    // The answer matters more than its record.
  }
}

/** CloudWatch drops a metric whose dimension is not ASCII or begins with a colon: then the name is there escaped, too. */
function toNameDimension(appName: string): Record<string, string> {
  const escaped = appName.replace(/[^ -~]|^:/g, toEscape).slice(0, MAX_DIMENSION_LENGTH);
  return escaped === appName ? { appName } : { appNameAscii: escaped };
}

const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

const toHundredths = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;
