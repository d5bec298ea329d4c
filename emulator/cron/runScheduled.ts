import { randomUUID } from 'node:crypto';
import type { Plugin } from '../state.ts';
import type { Traces } from '../traces.ts';

/** What one event came to. `result` is JSON text, `payload` what Lambda reports of a failure. */
export type Invoked = {
  outcome: { ok: true; result: string } | { ok: false; payload: string };
  coldStart: boolean;
  ms: number;
};

export type RunOptions = {
  traces: Traces;
  /** Undefined when all environments of the plugin are busy. */
  invoke(
    plugin: Plugin,
    event: string,
    ids: { requestId: string; traceId: string },
  ): Promise<Invoked | undefined>;
};

/** Gives a plugin its event, past the function URL, and keeps it in the trace. */
export async function runScheduled(
  { traces, invoke }: RunOptions,
  plugin: Plugin,
  { event, traceId }: { event: object; traceId: string },
): Promise<Invoked | undefined> {
  const { name } = plugin.config;
  const facts = { hook: 'SCHEDULED', plugin: name, event };
  const span = traces.start(traceId, { kind: 'HOOK', name: `SCHEDULED ${name}`, ...facts });
  try {
    const invoked = await invoke(plugin, JSON.stringify(event), { requestId: randomUUID(), traceId });
    span.end(invoked ? { ok: invoked.outcome.ok, coldStart: invoked.coldStart } : { error: 'throttled' });
    return invoked;
  } catch (error) {
    span.end({ error: (error as Error).message });
    throw error;
  }
}
