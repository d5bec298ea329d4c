import { toTraceparent } from '../trace.ts';

export type HookType = 'NOTIFICATION' | 'INTERCEPTOR_PRE' | 'INTERCEPTOR_POST' | 'INTERCEPTOR_POST_ENTITY';

/** As in the newest captures of each: interceptors and notifications are sent by different clients. */
const OF_INTERCEPTORS = {
  accept: 'application/json, application/octet-stream, application/cbor, application/*+json',
  'accept-encoding': 'gzip, x-gzip, deflate',
  'accept-language': 'en-us',
  'user-agent': 'Apache-HttpClient/5.1.4 (Java/17.0.6)',
};
const OF_NOTIFICATIONS = { accept: '*/*', 'user-agent': 'ReactorNetty/1.2.10' };

export type HookHead = {
  hookType: HookType;
  traceId: string;
  /** Of the hook's own span, so that what the plugin calls next is known to belong to it. */
  spanId: string;
  /** Only an interceptor's is in a header; a notification's is in its body. */
  token?: string;
};

/** The headers that BioT sends with a hook's event. */
export function toHookHeaders({ hookType, traceId, spanId, token }: HookHead): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(hookType === 'NOTIFICATION' ? OF_NOTIFICATIONS : OF_INTERCEPTORS),
    hooktype: hookType,
    traceparent: toTraceparent(traceId, spanId),
    ...(token && { authorization: `Bearer ${token}` }),
  };
}
