import type { ServerLog } from './log.ts';

type Env = Record<string, string | undefined>;

const NEEDED = ['BIOT_BASE_URL', 'BIOT_SERVICE_USER_ID', 'BIOT_SERVICE_USER_SECRET_KEY'];

/** As the handler reads it. */
export const isOpenToAll = (env: Env): boolean =>
  readOwn(env, 'SHOULD_VALIDATE_JWT')?.toLowerCase() === 'false';

/** One warning of what BioT sets where it runs the plugin itself: otherwise the first event would be who learns it. */
export function warnOfMissing(log: ServerLog, env: Env): void {
  const missing = NEEDED.filter((name) => !env[name]?.trim());
  if (missing.length === 0) return;
  const needsKey = missing.includes('BIOT_BASE_URL') && !isOpenToAll(env) && !readOwn(env, 'PUBLIC_KEY');
  const failing = needsKey
    ? 'no event’s token can be checked, so that each fails'
    : 'perform cannot call BioT';
  log('warn', `Not set: ${missing.join(', ')}; ${failing}`, { cure: 'See docs/self-hosting.md' });
}

const readOwn = (env: Env, name: string): string | undefined =>
  env[`PLUGIN_${name}`]?.trim() || env[`BIOT_${name}`]?.trim();
