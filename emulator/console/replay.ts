import { BiotError } from '../biotError.ts';
import type { Plugin, State } from '../state.ts';
import { keepBody, type Traces } from '../traces.ts';
import { withoutTokens } from '../withoutTokens.ts';
import { isSecret } from './recordFields.ts';

export const HOOKS = [
  'NOTIFICATION',
  'INTERCEPTOR_PRE',
  'INTERCEPTOR_POST',
  'INTERCEPTOR_POST_ENTITY',
] as const;
const TIMEOUT_MS = 15 * 60_000; // the longest that a function may take

export type HookType = (typeof HOOKS)[number];

export type ReplayOptions = {
  state: Pick<State, 'plugins'>;
  traces: Traces;
  endpointUrlOf(plugin: Plugin): string;
  /** BioT's own token for such a hook, and one of the person who made the call. */
  hookToken(hook: 'INTERCEPTOR' | 'NOTIFICATION'): string;
  userToken(): string;
  /** As BioT sends them. */
  toHookHeaders(head: {
    hookType: HookType;
    traceId: string;
    spanId: string;
    token?: string;
  }): Record<string, string>;
};

export type ToReplay = { plugin?: unknown; hook?: unknown; event?: unknown };

/** `status` and `body` are the function URL's; `error` instead when it does not answer. */
export type Replayed = { traceId: string; ms: number } & (
  | { status: number; body?: unknown }
  | { error: string }
);

type Event = Record<string, unknown>;

/** Sends a recorded event to a plugin's function URL, freshly signed. @throws BiotError 400, 404 PLUGIN_NOT_FOUND */
export async function replay(options: ReplayOptions, sent: ToReplay, traceId: string): Promise<Replayed> {
  const hookType = HOOKS.find((hook) => hook === sent.hook);
  if (!hookType) throw badRequest(`"hook" must be one of ${HOOKS.join(', ')}`);
  if (typeof sent.event !== 'object' || sent.event === null) throw badRequest('"event" must be an object');
  const plugin = findPlugin(options.state, String(sent.plugin));
  const { body, token } = sign(options, hookType, sent.event as Event);

  const name = `${hookType} ${plugin.config.name}`;
  const facts = { hook: hookType, plugin: plugin.config.name, event: keepBody(body), isReplay: true };
  const span = options.traces.start(traceId, { kind: 'HOOK', name, ...facts });
  const headers = options.toHookHeaders({ hookType, traceId, spanId: span.id, ...(token && { token }) });
  const begun = performance.now();
  const answer = await post(options.endpointUrlOf(plugin), { headers, body });
  const ms = Math.round((performance.now() - begun) * 10) / 10;
  if ('error' in answer) {
    span.end({ error: answer.error });
    return { traceId, ms, error: answer.error };
  }
  span.end({ status: answer.status, answer: keepBody(answer.text) });
  const isHeard = hookType !== 'NOTIFICATION';
  const received = isHeard ? withoutSecrets(withoutTokens(answer.text)) : undefined;
  return { traceId, ms, status: answer.status, ...(received !== undefined && { body: received }) };
}

function findPlugin({ plugins }: Pick<State, 'plugins'>, named: string): Plugin {
  const name = named.replace(/^Plugin-/, '');
  const plugin = plugins.get(name);
  if (plugin) return plugin;
  const message = `There is no plugin ${name} here`;
  throw new BiotError({ status: 404, code: 'PLUGIN_NOT_FOUND', message, details: { pluginName: name } });
}

/** BioT's token is in a notification's body, and in an interceptor's header; the caller's in the call's own headers. */
export function sign(
  { hookToken, userToken }: Pick<ReplayOptions, 'hookToken' | 'userToken'>,
  hook: HookType,
  event: Event,
): { body: string; token?: string } {
  if (hook === 'NOTIFICATION') return { body: JSON.stringify({ ...event, jwt: hookToken('NOTIFICATION') }) };
  const request = event.request as { headers?: object } | undefined;
  const headers = { ...request?.headers, authorization: `Bearer ${userToken()}` };
  const signed = request ? { ...event, request: { ...request, headers } } : event;
  return { body: JSON.stringify(signed), token: hookToken('INTERCEPTOR') };
}

async function post(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<{ status: number; text: string } | { error: string }> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, signal });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    return { error: (cause as Error | undefined)?.message ?? message };
  }
}

/** As in a recording, so that the two can be compared. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([key, field]) => !isSecret(key, field));
  return Object.fromEntries(fields.map(([key, field]) => [key, withoutSecrets(field)]));
}

const badRequest = (message: string) => new BiotError({ status: 400, code: 'BAD_REQUEST', message });
