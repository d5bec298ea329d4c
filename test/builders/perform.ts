import { type BiotClient, createBiotClient } from '../../src/runtime/biot.ts';
import type { Facts, Log } from '../../src/runtime/configureLogger.ts';
import type { PerformInput } from '../../src/runtime/hook.ts';
import { TRACE_ID } from './events.ts';

export type LoggedLine = { level: string; message: string; facts: Facts };

/** What `perform` receives; its log goes to `lines`, its calls to `baseUrl`. */
export function performInput<Data>(
  data: Data,
  baseUrl = 'http://127.0.0.1:9',
): PerformInput<Data> & { lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const line =
    (level: string) =>
    (message: string, facts: Facts = {}): void =>
      void lines.push({ level, message, facts });
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  return { data, biot: biotClient(baseUrl), log, lines };
}

const biotClient = (baseUrl: string): BiotClient =>
  createBiotClient({ baseUrl, traceId: TRACE_ID, deadline: Date.now() + 5_000 }, async () => 'token');
