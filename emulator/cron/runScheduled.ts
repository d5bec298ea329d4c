import { randomUUID } from 'node:crypto';
import type { Plugin } from '../state.ts';
import type { Facts, Traces } from '../traces.ts';

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
  const requestId = randomUUID();
  const facts = { hook: 'SCHEDULED', plugin: name, event };
  const span = traces.start(traceId, { kind: 'HOOK', name: `SCHEDULED ${name}`, ...facts });
  const invocation = traces.start(traceId, { kind: 'INVOCATION', name, parentId: span.id, requestId });
  try {
    const invoked = await invoke(plugin, JSON.stringify(event), { requestId, traceId });
    invocation.end(toFacts(invoked));
    span.end(invoked ? { ok: invoked.outcome.ok } : { error: 'throttled' });
    return invoked;
  } catch (error) {
    invocation.end();
    span.end({ error: (error as Error).message });
    throw error;
  }
}

/** Nobody is answered a status here: these are the ones a function URL would have for it. */
function toFacts(invoked: Invoked | undefined): Facts {
  if (!invoked) return { status: 429 };
  return { status: invoked.outcome.ok ? 200 : 502, coldStart: invoked.coldStart };
}
