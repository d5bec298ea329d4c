import { BiotError } from '../biotError.ts';

/** Something at AWS failed, as BioT tells it. Which class names it prints is not published: those of AWS's Java client. */
export function awsException(what: string, cause: unknown, className = 'LambdaException'): BiotError {
  const message = `${what}: ${(cause as Error).message}`;
  return new BiotError({ status: 500, code: 'AWS_EXCEPTION', message, details: { className } }, { cause });
}

/** What had been done could not be undone either. @param apiName what was asked for, like `createPlugin` */
export function rollbackFailed(cause: unknown, apiName: string): BiotError {
  const message = `The failed call could not be undone: ${(cause as Error).message}`;
  return new BiotError(
    { status: 500, code: 'PLUGIN_ROLLBACK_FAILED', message, details: { apiName } },
    { cause },
  );
}
