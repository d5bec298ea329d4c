// The console of a function, as aws-lambda-ric makes it: one line for each call, with time, request and level.

import { format } from 'node:util';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

let isJson = false;
let requestId = '-';

/** Whose lines come next. */
export const setRequestId = (id) => {
  requestId = id;
};

/** The function's error, or why it could not be loaded, as its log tells it. */
export function logError(title, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (isJson) console.error(error);
  else console.error(title, `\t${toText(error)}`);
}

function toText(error) {
  try {
    return JSON.stringify(error, (_key, value) => toLoggable(value));
  } catch {
    return JSON.stringify(toErrorBody(error));
  }
}

function toLoggable(value) {
  if (!(value instanceof Error)) return value;
  const { name, message, code, stack } = value;
  const lines = typeof stack === 'string' && { stack: stack.split('\n') };
  return { errorType: name, errorMessage: message, code, ...value, ...lines };
}

/** What the caller of a function is told of what it threw. */
export function toErrorBody(thrown) {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const { name, message, stack } = thrown;
  return { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] };
}

function toJsonLine(level, [message, ...more]) {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  if (more.length === 0) return JSON.stringify({ ...line, message }, (_key, value) => toJsonError(value));
  const error = more.find((value) => value instanceof Error);
  return JSON.stringify({ ...line, message: format(message, ...more), ...(error && toJsonError(error)) });
}

function toJsonError(value) {
  if (!(value instanceof Error)) return value;
  const { message, stack } = value;
  return {
    errorType: value.constructor.name,
    errorMessage: message,
    stackTrace: stack?.split('\n'),
    ...value,
  };
}

function write(level, values) {
  const line = isJson
    ? toJsonLine(level, values)
    : [new Date().toISOString(), requestId, level, format(...values)].join('\t');
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`); // a line break would make two events of it
}

/** Replaces the console's methods, as the environment says. */
export function replaceConsole({ AWS_LAMBDA_LOG_FORMAT = '', AWS_LAMBDA_LOG_LEVEL = '' }) {
  isJson = AWS_LAMBDA_LOG_FORMAT.toUpperCase() === 'JSON';
  const lowest = LEVELS.indexOf(AWS_LAMBDA_LOG_LEVEL.toUpperCase());
  for (const [index, level] of LEVELS.entries()) {
    console[level.toLowerCase()] = (...values) => {
      if (index >= lowest) write(level, values);
    };
  }
  console.log = console.info;
}
