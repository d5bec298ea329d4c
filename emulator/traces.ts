/** One call of a plugin's hook: what it was given, what came back, how long it took. Bodies stay in memory only. */
export type HookRecord = {
  hook: string;
  plugin: string;
  status: number;
  /** As BioT waited, a cold start included. */
  ms: number;
  coldStart: boolean;
  event: unknown;
  answer: unknown;
};

export type Traces = {
  record(traceId: string, hook: HookRecord): void;
  /** Undefined for a trace that never was, or is forgotten. */
  find(traceId: string): HookRecord[] | undefined;
};

/** The hooks of the last API calls by trace id. */
export function createTraces(capacity = 200): Traces {
  const records = new Map<string, HookRecord[]>();
  return {
    record(traceId, hook) {
      const known = records.get(traceId);
      if (known) return void known.push(hook);
      records.set(traceId, [hook]);
      const oldest = records.size > capacity ? records.keys().next().value : undefined;
      if (oldest !== undefined) records.delete(oldest);
    },
    find: (traceId) => records.get(traceId),
  };
}
