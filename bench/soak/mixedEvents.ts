import {
  directEvent,
  notificationEvent,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
  toTraceparent,
} from '../../test/builders/events.ts';
import {
  createSigningKey,
  inSeconds,
  interceptorClaims,
  notificationClaims,
  type SigningKey,
  signToken,
  userClaims,
} from '../../test/builders/tokens.ts';

const LIFE_SECONDS = 6 * 60 * 60;

/** `status` is what it is answered with when BioT does not fail. A scheduled run has no trace of its own. */
export type MixedEvent = { event: object; status: number; hasTrace: boolean };

export type Maker = (traceId: string) => MixedEvent;

/** One of each kind: the five hooks, a scheduled run, and four that are to be refused. Tokens are signed once. */
export function createKinds(key: SigningKey): Maker[] {
  const exp = inSeconds(LIFE_SECONDS);
  const interceptor = signToken(key, interceptorClaims({ exp }));
  const notification = signToken(key, notificationClaims({ exp }));
  const user = signToken(key, userClaims({ exp }));
  const strangers = signToken(createSigningKey(), interceptorClaims({ exp }));
  const direct = (headers: Record<string, string>) => directEvent(user, { headers });
  const of =
    (make: (options: { traceId: string }) => object, status: number): Maker =>
    (traceId) => ({ event: make({ traceId }), status, hasTrace: true });
  return [
    of((options) => preEvent(interceptor, options), 200),
    of((options) => postEvent(interceptor, options), 200),
    of((options) => postEntityEvent(interceptor, options), 200),
    of((options) => notificationEvent(notification, options), 200),
    of(({ traceId }) => direct({ traceparent: toTraceparent(traceId) }), 200),
    () => ({ event: scheduledEvent(), status: 200, hasTrace: false }),
    of((options) => preEvent(strangers, options), 401),
    of((options) => postEvent(notification, options), 403),
    of((options) => ({ ...preEvent(interceptor, options), body: '{"broken' }), 400),
    of(({ traceId }) => direct({ traceparent: toTraceparent(traceId), hooktype: 'NONE_SUCH' }), 400),
  ];
}
