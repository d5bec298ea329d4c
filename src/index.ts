import { leaveStrays, surviveStrays } from './runtime/strays.ts';

// The import above stands first, so that what the hooks start while they are loaded is known to be the plugin's own.

import { selectHook } from './hooks.ts';
import { authenticate } from './runtime/authenticate.ts';
import { readConfig } from './runtime/config.ts';
import { configureLogger, type Log } from './runtime/configureLogger.ts';
import { beforeDeadline, deadlineOf, type LambdaContext } from './runtime/deadline.ts';
import { type PluginError, toPluginError } from './runtime/errors.ts';
import type { LambdaEvent } from './runtime/event.ts';
import { getTraceId } from './runtime/getTraceId.ts';
import { login, startLogin } from './runtime/login.ts';
import { startMetrics, writeMetrics } from './runtime/metrics.ts';
import { startFetchingPublicKeys } from './runtime/publicKeys.ts';
import { rehearse } from './runtime/rehearse.ts';
import { errorResponseCreator, type LambdaResponse } from './runtime/response.ts';

const config = readConfig(process.env);
const runWork = process.env.AWS_LAMBDA_RUNTIME_API ? surviveStrays(config) : leaveStrays;
startFetchingPublicKeys(config); // all three go on while the container initialises; the first event finds them done
startLogin(config);
rehearse(config).catch(() => undefined);

/** All that happens to an event. Never throws: whatever comes in, a well-formed answer goes out. */
export async function handler(event: LambdaEvent, context?: LambdaContext): Promise<LambdaResponse> {
  const traceId = getTraceId(event);
  const ids = { traceId, requestId: context?.awsRequestId ?? '-' };
  const log = configureLogger(config, ids);
  const metrics = startMetrics();
  const deadline = deadlineOf(context, Date.now());

  const answer = async () => {
    const hook = selectHook(event);
    metrics.hook = hook.name;
    const { data, token, isFromAccount } = hook.extractDataFromEvent(event);
    if (config.shouldValidateJwt && !isFromAccount)
      await authenticate(config, token, { requiredScope: hook.requiredScope(config), traceId, deadline });
    const biot = login(config, { traceId, deadline, onCall: metrics.onCall });
    const result = await hook.perform({ data, biot, log });
    return hook.response(result, data, traceId);
  };

  try {
    return await beforeDeadline(deadline, () => runWork(log, answer));
  } catch (error) {
    const failure = toPluginError(error);
    metrics.failure = failure;
    logFailure(log, failure);
    return errorResponseCreator(failure, config, traceId);
  } finally {
    writeMetrics(config, ids, metrics);
  }
}

/** A refusal is told in a line; a failure with where it happened. */
function logFailure(log: Log, failure: PluginError): void {
  const { code, status } = failure;
  if (status < 500) log.warn('The event was refused', { code, status });
  else log.error('The plugin failed', { code, status, error: failure });
}
