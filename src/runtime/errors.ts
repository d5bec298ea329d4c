/** What a caller may see of a failure: code → HTTP status and message. The README's table is held to this one by a test. */
export const errors = {
  NO_EVENT: { status: 400, message: 'There is no event.' },
  NO_DATA: { status: 400, message: 'The event has no data.' },
  NO_METADATA: { status: 400, message: 'The event has no metadata.' },
  INVALID_BODY: { status: 400, message: 'The body of the event is not valid JSON.' },
  UNKNOWN_HOOK_TYPE: { status: 400, message: 'The hooktype header names no hook of this plugin.' },
  JWT_ERROR: { status: 401, message: 'The token is missing, malformed, expired or wrongly signed.' },
  ACCESS_DENIED: { status: 403, message: 'The token lacks the permission that this hook requires.' },
  CALL_TO_API_FAILED: { status: 502, message: 'A call from the plugin to BioT failed.' },
  TIMEOUT: { status: 504, message: 'The plugin did not finish in time.' },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'The plugin failed.' },
} as const;

export type ErrorCode = keyof typeof errors;

/** A failure of the plugin author's own: the caller gets exactly this. `status` is 400–599, `code` UPPER_SNAKE_CASE. */
export type OwnError = { code: string; status: number; message: string };

/** `details` go to the caller, `cause` only to the log. */
export type ErrorOptions = { details?: Record<string, unknown>; cause?: unknown };

/** A failure with the status and code that the caller gets. Throw it anywhere; the flow in `index.ts` answers it. */
export class PluginError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(error: ErrorCode | OwnError, options: ErrorOptions = {}) {
    const { code, status, message } = typeof error === 'string' ? { code: error, ...errors[error] } : error;
    super(message, { cause: options.cause });
    this.name = 'PluginError';
    this.code = code;
    this.status = status;
    this.details = options.details ?? {};
  }
}

/** Anything thrown → a PluginError. What does not carry a status and a code of its own says nothing about the inside. */
export function toPluginError(thrown: unknown): PluginError {
  try {
    if (thrown instanceof PluginError && isTold(thrown)) return thrown;
    if (isOwnError(thrown)) {
      const { code, status, message } = thrown;
      return new PluginError({ code, status, message }, { cause: thrown });
    }
  } catch {
    // Its fields throw when they are read: then it has no status and code of its own.
  }
  return new PluginError('INTERNAL_SERVER_ERROR', { cause: thrown });
}

// An HTTP client's error has a status and a code as well: those are BioT's or another server's, not meant for our caller.
function isOwnError(thrown: unknown): thrown is OwnError {
  if (!(thrown instanceof Error) || 'isAxiosError' in thrown) return false;
  return isTold(thrown) && isCode(thrown.code);
}

function isTold(thrown: Error): thrown is Error & OwnError {
  const { code, status, message } = thrown as { code?: unknown; status?: unknown; message: unknown };
  return isErrorStatus(status) && typeof code === 'string' && typeof message === 'string';
}

/** Is the text a code as this plugin and BioT write them, UPPER_SNAKE_CASE? */
export const isCode = (text: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(text);

const isErrorStatus = (status: unknown): boolean =>
  Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599;
