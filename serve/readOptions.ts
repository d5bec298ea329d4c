import { startupError } from './startupError.ts';

export type ServeOptions = {
  port: number;
  /** Absent for all interfaces: BioT comes from outside, and in a container from its port mapping. */
  host?: string;
  /** Absent for plain HTTP behind a proxy that ends TLS. */
  tls?: { certFile: string; keyFile: string };
  appName: string;
  /** What the handler's context counts down from, and what a shutdown waits for at most. */
  timeoutSeconds: number;
  /** Events at once; one more is answered 429. */
  maxEvents: number;
};

export type Given = {
  env: Record<string, string | undefined>;
  args: string[];
  /** `timeout` of plugin.json when it was bundled. */
  pluginTimeoutSeconds: number;
};

const MAX_TIMEOUT_SECONDS = 900; // Lambda's own

/** @throws StartupError MISSING_SETTING, INVALID_SETTING */
export function readOptions({ env, args, pluginTimeoutSeconds }: Given): ServeOptions {
  const read = (name: string) => env[name]?.trim() || undefined;
  const number = (name: string, fallback: number, range: { min: number; max: number }) =>
    toNumber(name, read(name) ?? String(fallback), range);
  const unknown = args.find((arg) => arg !== '--http');
  if (unknown)
    throw invalid(
      `There is no option ${unknown}`,
      'The only one is --http: no TLS, behind a proxy that has it.',
    );
  const host = read('HOST');
  return {
    port: number('PORT', 8443, { min: 0, max: 65_535 }),
    ...(host !== undefined && { host }),
    ...(args.length === 0 && { tls: readTls(read) }),
    appName: read('BIOT_APP_NAME') ?? 'plugin',
    timeoutSeconds: number('TIMEOUT_SECONDS', pluginTimeoutSeconds, { min: 1, max: MAX_TIMEOUT_SECONDS }),
    maxEvents: number('MAX_EVENTS', 100, { min: 1, max: 10_000 }),
  };
}

function readTls(read: (name: string) => string | undefined): { certFile: string; keyFile: string } {
  const certFile = read('TLS_CERT_FILE');
  const keyFile = read('TLS_KEY_FILE');
  if (certFile && keyFile) return { certFile, keyFile };
  throw startupError({
    code: 'MISSING_SETTING',
    exitCode: 2,
    message: `${certFile ? 'TLS_KEY_FILE' : 'TLS_CERT_FILE'} is not set: the server has no certificate`,
    cure: 'Set TLS_CERT_FILE and TLS_KEY_FILE to PEM files, or pass --http behind a proxy that ends TLS.',
  });
}

function toNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw invalid(`${name} must be a whole number from ${min} to ${max}`, `Set it so, or unset it.`);
}

const invalid = (message: string, cure: string) =>
  startupError({ code: 'INVALID_SETTING', exitCode: 2, message, cure });
