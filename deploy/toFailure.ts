import { type BiotFailure, toBiotFailure } from '../src/runtime/biot.ts';
import { PluginError } from '../src/runtime/errors.ts';
import { EXIT, Failure } from './failure.ts';

/** Anything thrown → what a person is told. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const refusal = toBiotFailure(error);
  if (refusal) return toRefusal(refusal, error);
  if (error instanceof PluginError) return toUnreachable(error);
  const message = error instanceof Error ? error.message : String(error);
  const cure = 'Run it again with --verbose to see where it happened.';
  return new Failure({ code: 'UNEXPECTED', exitCode: EXIT.failed, message, cure }, { cause: error });
}

const REFUSALS: Record<number, { exitCode: number; cure: string }> = {
  401: {
    exitCode: EXIT.notPermitted,
    cure: 'Get a new BIOT_CLI_TOKEN, or set BIOT_CLI_USERNAME and BIOT_CLI_PASSWORD.',
  },
  403: { exitCode: EXIT.notPermitted, cure: 'Ask for the permission, or call as another user.' },
  409: {
    exitCode: EXIT.conflict,
    cure: 'Delete it first (npx biot-plugin delete), or choose another "name" in plugin.json.',
  },
};
const OTHER_REFUSAL = { exitCode: EXIT.failed, cure: 'Mend what it names and run the command again.' };

function toRefusal({ status, code, message, details }: BiotFailure, cause: unknown): Failure {
  const told = [message ?? 'no message', code, details && JSON.stringify(details)]
    .filter(Boolean)
    .join(' · ');
  const { exitCode, cure } = REFUSALS[status] ?? OTHER_REFUSAL;
  return new Failure(
    { code: code ?? 'REFUSED', exitCode, message: `BioT refused (${status}): ${told}`, cure },
    { cause },
  );
}

function toUnreachable(error: PluginError): Failure {
  const { code, message } = (error.cause ?? error) as { code?: string; message?: string };
  return new Failure(
    {
      code: 'BIOT_UNREACHABLE',
      exitCode: EXIT.failed,
      message: `BioT does not answer: ${message || code || error.message}`,
      cure: 'Check BIOT_CLI_BASE_URL, the network and HTTPS_PROXY.',
    },
    { cause: error },
  );
}
