import winston from 'winston';
import type { Config, LogLevel } from './config.ts';

/** Named facts of a log record. Flat on purpose: a body or an entity does not fit in. */
export type Facts = Record<string, string | number | boolean | undefined | Error>;

type LogLine = (message: string, facts?: Facts) => void;

export type Log = { debug: LogLine; info: LogLine; warn: LogLine; error: LogLine };

/** Whose line it is: `traceId` is 32 hex digits, `requestId` is Lambda's. */
export type LogContext = { traceId: string; requestId: string };

const SECRET_NAME = /token|secret|password|authorization|jwt|cookie|credential/i;
const JWT = /eyJ[\w-]{8,}(\.[\w-]*)*/g;
const REDACTED = '[redacted]';
const MAX_TEXT_LENGTH = 2_000;
const MAX_CAUSES = 4; // an error may be its own cause

const loggers = new Map<LogLevel, winston.Logger>();

/**
 * A logger for one event: one JSON object a line on stdout, each with the trace id of this event.
 * Anything that looks like a token, is named like a secret, or is the service user's key is replaced.
 */
export function configureLogger(config: Config, context: LogContext): Log {
  const logger = loggerOf(config.logLevel);
  const write =
    (level: LogLevel): LogLine =>
    (message, facts = {}) => {
      if (logger.isLevelEnabled(level)) logger.log(toRecord(config, context, { level, message, facts }));
    };

  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** The line with the metrics of an event: written whatever LOG_LEVEL is, and with what CloudWatch finds them by. */
export function logMetrics(
  config: Config,
  context: LogContext,
  { facts, _aws }: { facts: Facts; _aws: object },
): void {
  const record = toRecord(config, context, { level: 'info', message: 'Metrics', facts });
  loggerOf('info').log({ ...record, _aws });
}

type Line = { level: LogLevel; message: string; facts: Facts };

type LogRecord = { level: LogLevel; message: string };

function toRecord(config: Config, context: LogContext, { level, message, facts }: Line): LogRecord {
  const { appName, serviceUserSecretKey } = config;
  const clean = (text: string) => redact(text, serviceUserSecretKey);
  const timestamp = { '@timestamp': new Date().toISOString() };
  const record = { ...timestamp, level, message: clean(message), appName, ...context };
  return { ...record, ...toPlainFacts(facts, clean), ...record }; // first in order, and not to be overridden
}

const loggerOf = (level: LogLevel): winston.Logger => loggers.get(level) ?? createLogger(level);

// Made once per level: a logger holds no trace, and making one per event would cost more than the event.
function createLogger(level: LogLevel): winston.Logger {
  const logger = winston.createLogger({
    level,
    format: winston.format.printf((record) => JSON.stringify(record)),
    transports: [new winston.transports.Stream({ stream: process.stdout })],
  });
  loggers.set(level, logger);
  return logger;
}

function toPlainFacts(facts: Facts, clean: (text: string) => string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      SECRET_NAME.test(name) ? REDACTED : toPlain(fact, clean),
    ]),
  );
}

// What was thrown may be anything, also an error whose fields throw when they are read. A log line never fails for it.
function toPlain(fact: unknown, clean: (text: string) => string): unknown {
  try {
    if (fact instanceof Error) return toPlainError(fact, clean, MAX_CAUSES);
  } catch {
    return '[unreadable]';
  }
  if (typeof fact === 'string') return clean(fact);
  if (typeof fact === 'bigint') return String(fact);
  const isPlain = fact === null || ['number', 'boolean', 'undefined'].includes(typeof fact);
  return isPlain ? fact : `[${typeof fact}]`;
}

/** Name, code, status, stack and causes. Never an error's own fields: an HTTP client hangs the token on them. */
function toPlainError(
  error: Error,
  clean: (text: string) => string,
  causes: number,
): Record<string, unknown> {
  const { code, status } = error as { code?: unknown; status?: unknown };
  const cause = causes > 0 && error.cause instanceof Error ? error.cause : undefined;
  return {
    name: clean(toText(error.name)),
    ...(typeof code === 'string' && { code: clean(code) }),
    ...(typeof status === 'number' && { status }),
    stack: clean(toStack(error)),
    ...(cause && { cause: toPlainError(cause, clean, causes - 1) }),
  };
}

// The message of a SyntaxError quotes the text that could not be read, and the text may hold anything.
function toStack(error: Error): string {
  const name = toText(error.name);
  const title = `${name}: ${toText(error.message)}`;
  return [error instanceof SyntaxError ? name : title, ...framesOf(error, title)].join('\n');
}

// The stack is written when it is first asked for, of name and message; where those are no text that throws. A line of the
// message may look like a frame, so what comes before the frames is cut off by its length.
function framesOf(error: Error, title: string): string[] {
  try {
    const stack = toText(error.stack);
    const isTold = stack.startsWith(title);
    if (!isTold && error instanceof SyntaxError) return [];
    return stack
      .slice(isTold ? title.length : 0)
      .split('\n')
      .filter((line) => /^\s+at /.test(line));
  } catch {
    return [];
  }
}

// Somebody may have put there what cannot be written as text; a log line must not fail for it.
const toText = (value: unknown): string => (typeof value === 'string' ? value : `[${typeof value}]`);

function redact(text: string, secret: string | undefined): string {
  const withoutTokens = text.replace(JWT, REDACTED);
  const safe = secret ? withoutTokens.replaceAll(secret, REDACTED) : withoutTokens;
  return safe.length > MAX_TEXT_LENGTH ? `${safe.slice(0, MAX_TEXT_LENGTH)}…` : safe;
}
