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

const EXIT_CODES: Record<number, number> = {
  401: EXIT.notPermitted,
  403: EXIT.notPermitted,
  409: EXIT.conflict,
};

// What to do next, by BioT's code, or else by the status.
const CURES: Record<string, string> = {
  PLUGIN_EXISTS_BY_NAME:
    'Change it (npx biot-plugin deploy, or update), or choose another "name" in plugin.json.',
  PLUGIN_IMAGE_TAG_NOT_FOUND:
    'The image pushed last is not there: npx biot-plugin deploy, or build-and-push, brings it back.',
  AWS_EXCEPTION: 'Mend what AWS names. If it names nothing of yours, run the command again in a while.',
  PLUGIN_NOT_FOUND:
    'npx biot-plugin list shows those it has; npx biot-plugin deploy makes the one of plugin.json.',
  401: 'Get a new BIOT_CLI_TOKEN, or set BIOT_CLI_USERNAME and BIOT_CLI_PASSWORD.',
  403: 'Ask for the permission, or call as another user.',
};
const BUSY = 'BioT is overloaded or being changed: run the command again in a while. That is safe.';
const PASSING_STATUS = [429, 500, 502, 503, 504];
const NOT_BIOT = 'That does not look like BioT’s API: check BIOT_CLI_BASE_URL.';
const NO_BIOT = 'Check BIOT_CLI_BASE_URL, the network and HTTPS_PROXY.';
const NO_LOCAL_BIOT = 'Start a local BioT (npx biot-plugin emulator, or npm start) and set what it prints.';
const OTHER_CURE = 'Mend what it names and run the command again.';

function toRefusal({ status, code, message, details }: BiotFailure, cause: unknown): Failure {
  const isNamed = (value: unknown) => typeof value === 'string' && message?.includes(value);
  const isMore = typeof details === 'object' && !Object.values(details ?? {}).every(isNamed);
  const told = [code, message, isMore && JSON.stringify(details)].filter(Boolean).join(': ');
  const other = code ? OTHER_CURE : NOT_BIOT;
  const cure = CURES[code ?? ''] ?? CURES[status] ?? (PASSING_STATUS.includes(status) ? BUSY : other);
  const exitCode = EXIT_CODES[status] ?? EXIT.failed;
  return new Failure(
    { code: code ?? 'REFUSED', exitCode, message: `BioT refused (${status}) ${told}`.trim(), cure },
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
      cure: /ECONNREFUSED (127\.0\.0\.1|::1)/.test(String(message)) ? NO_LOCAL_BIOT : NO_BIOT,
    },
    { cause: error },
  );
}
