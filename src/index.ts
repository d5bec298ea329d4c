import { selectHook } from './hooks.ts';
import { authenticate } from './runtime/authenticate.ts';
import { readConfig } from './runtime/config.ts';
import { configureLogger, type Log } from './runtime/configureLogger.ts';
import { beforeDeadline, deadlineOf, type LambdaContext } from './runtime/deadline.ts';
import { type PluginError, toPluginError } from './runtime/errors.ts';
import type { LambdaEvent } from './runtime/event.ts';
import { getTraceId } from './runtime/getTraceId.ts';
import { login, startLogin } from './runtime/login.ts';
import { startFetchingPublicKeys } from './runtime/publicKeys.ts';
import { errorResponseCreator, type LambdaResponse } from './runtime/response.ts';

const config = readConfig(process.env);
startFetchingPublicKeys(config); // both go on while the container initialises; the first event finds them ready
startLogin(config);

/** All that happens to an event. Never throws: whatever comes in, a well-formed answer goes out. */
export async function handler(event: LambdaEvent, context?: LambdaContext): Promise<LambdaResponse> {
  const traceId = getTraceId(event);
  const log = configureLogger(config, { traceId, requestId: context?.awsRequestId ?? '-' });
  const deadline = deadlineOf(context, Date.now());

  try {
    const hook = selectHook(event);
    return await beforeDeadline(deadline, async () => {
      const { data, token, isFromAccount } = hook.extractDataFromEvent(event);
      if (config.shouldValidateJwt && !isFromAccount)
        await authenticate(config, token, { requiredScope: hook.requiredScope(config), traceId, deadline });
      const biot = login(config, { traceId, deadline });
      const result = await hook.perform({ data, biot, log });
      return hook.response(result, data, traceId);
    });
  } catch (error) {
    const failure = toPluginError(error);
    logFailure(log, failure);
    return errorResponseCreator(failure, config, traceId);
  }
}

/** A refusal is told in a line; a failure with where it happened. */
function logFailure(log: Log, failure: PluginError): void {
  const { code, status } = failure;
  if (status < 500) log.warn('The event was refused', { code, status });
  else log.error('The plugin failed', { code, status, error: failure });
}
