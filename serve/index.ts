import { handler } from '../src/index.ts';
import type { Cors } from './cors.ts';
import { createLog } from './log.ts';
import { readOptions } from './readOptions.ts';
import { startServer } from './startServer.ts';
import { isStartupError } from './startupError.ts';
import { isOpenToAll, warnOfMissing } from './warnOfMissing.ts';

/** `timeout` of plugin.json, which the bundler puts here. */
declare const PLUGIN_TIMEOUT_SECONDS: number;
/** `cors` of plugin.json, likewise. */
declare const PLUGIN_CORS: Cors;

const RENEWAL_CHECK_MS = 10_000;
const DRAIN_MS = 1000;

/** The plugin's handler as a server of its own, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const options = readOptions({
    env: process.env,
    args: process.argv.slice(2),
    pluginTimeoutSeconds: PLUGIN_TIMEOUT_SECONDS,
  });
  process.stdout.on('error', () => undefined); // who read the log has gone: events matter more
  const log = createLog(options.appName, (line) => process.stdout.write(line));
  if (isOpenToAll(process.env))
    log('warn', 'Tokens are not checked, so whoever reaches this server can call the plugin');
  warnOfMissing(log, process.env);
  const parts = { handler, log, cors: PLUGIN_CORS, renewalCheckMs: RENEWAL_CHECK_MS, drainMs: DRAIN_MS };
  const server = await startServer(options, parts);

  let isEnding = false;
  const end = async (exitCode: number, why: string) => {
    if (isEnding) return; // npm passes on a Ctrl-C that the terminal has sent already
    isEnding = true;
    log('info', 'Shutting down', { why });
    await server.close();
    log('info', 'Shut down');
    exit(exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(0, signal));
  process.on('disconnect', () => end(0, 'npm run serve has ended'));
  // What nobody caught may have left anything behind, so the process is not used any more; events under way may end.
  for (const name of ['uncaughtException', 'unhandledRejection'])
    process.on(name, (error: unknown) => {
      log('error', 'Nobody caught an error', { name: error instanceof Error ? error.name : typeof error });
      void end(1, name);
    });
}

/** When what was logged has been written. */
const exit = (code: number): void => void process.stdout.write('', () => process.exit(code));

main().catch((error: unknown) => {
  if (!isStartupError(error)) throw error;
  const { message, code, cure, exitCode } = error;
  createLog('plugin', (line) => process.stdout.write(line))('error', message, { code, cure });
  exit(exitCode);
});
