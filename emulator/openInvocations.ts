/** An invocation of a plugin that goes on. */
export type Invocation = { traceId: string; spanId: string };

export type OpenInvocations = {
  add(plugin: string, invocation: Invocation): void;
  delete(spanId: string): void;
  of(plugin: string): Invocation[];
};

export function createOpenInvocations(): OpenInvocations {
  const open = new Map<string, { plugin: string; invocation: Invocation }>();
  return {
    add: (plugin, invocation) => void open.set(invocation.spanId, { plugin, invocation }),
    delete: (spanId) => void open.delete(spanId),
    of: (plugin) =>
      [...open.values()].filter((each) => each.plugin === plugin).map(({ invocation }) => invocation),
  };
}
