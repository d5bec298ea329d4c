import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Handler } from './answerEvent.ts';
import { logCertificate, readCertificate, warnOfOpenKey, watchCertificate } from './certificate.ts';
import type { Cors } from './cors.ts';
import { createListener, type Listener } from './createListener.ts';
import type { ServerLog } from './log.ts';
import type { ServeOptions } from './readOptions.ts';
import { startupError } from './startupError.ts';

export type RunningServer = {
  port: number;
  /** No new events after a moment; resolves when those under way have been answered, or have had the plugin's time. */
  close(): Promise<void>;
};

export type ServerParts = {
  handler: Handler;
  log: ServerLog;
  /** Of plugin.json. */
  cors: Cors;
  /** How often it is looked for a renewed certificate. */
  renewalCheckMs: number;
  /** How long events are still taken once it is to end: whoever sends them learns it from the answers. */
  drainMs: number;
};

// A client that sends slowly, or nothing, does not keep a connection; one that is idle does, for as long as those
// in front of it do, as a server that closes first loses the event that is just being sent.
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 32_768, // a token with many permissions is long
};
const TLS_LIMITS = { minVersion: 'TLSv1.2', handshakeTimeout: 10_000 } as const;

/** @throws StartupError */
export async function startServer(options: ServeOptions, parts: ServerParts): Promise<RunningServer> {
  const { log } = parts;
  const listener = createListener({ ...options, ...parts });
  const { server, stopWatching } = createServer(options, parts, listener);
  const port = await listen(server, options);
  log('info', 'Listening', { port, tls: options.tls !== undefined, timeoutSeconds: options.timeoutSeconds });
  return {
    port,
    async close() {
      stopWatching();
      listener.drain();
      await delay(parts.drainMs);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const patience = setTimeout(() => server.closeAllConnections(), options.timeoutSeconds * 1000);
      await listener.end();
      clearTimeout(patience);
      server.closeAllConnections(); // those on which nothing was ever asked
      await closed;
    },
  };
}

type Created = { server: Server | HttpsServer; stopWatching(): void };

function createServer({ tls }: ServeOptions, parts: ServerParts, { answer }: Listener): Created {
  if (!tls) return { server: createHttpServer(LIMITS, answer), stopWatching: () => undefined };
  const { log, renewalCheckMs } = parts;
  const certificate = readCertificate(tls);
  logCertificate(log, certificate);
  warnOfOpenKey(log, tls);
  const server = createHttpsServer({ ...LIMITS, ...TLS_LIMITS, ...certificate }, answer);
  const use = (renewed: typeof certificate) => server.setSecureContext({ ...TLS_LIMITS, ...renewed });
  return {
    server,
    stopWatching: watchCertificate(certificate, { files: tls, everyMs: renewalCheckMs, log, use }),
  };
}

function listen(server: Server, { port, host }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        startupError({
          code: 'CANNOT_LISTEN',
          exitCode: 1,
          message: `Port ${port} of ${host ?? 'all interfaces'} cannot be listened on (${code})`,
          cure: 'Set PORT to a free one from 1024 on, and HOST to an address of this machine, or unset it.',
        }),
      ),
    );
    server.listen({ port, ...(host !== undefined && { host }) }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}
