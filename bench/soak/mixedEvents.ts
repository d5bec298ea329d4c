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
  signTokenHs512,
  userClaims,
} from '../../test/builders/tokens.ts';

const LIFE_SECONDS = 6 * 60 * 60;
const CALLING_WEIGHT = 4; // whose perform calls BioT, which then may fail

/** An answer: HTTP status, and the code of the error or `OK`. */
export type Outcome = { status: number; code: string };

/** `due` is what it is answered with when BioT does not fail. */
export type Kind = {
  name: string;
  /** How many of it come for each of the others. */
  weight: number;
  create(traceId: string): unknown;
  due: Outcome;
  /** Not: the plugin makes a trace for it. */
  hasTrace: boolean;
  /** Whose key its token needs. Without, no key is looked at. */
  signedBy?: 'BioT' | 'a stranger';
};

type Options = { traceId: string };

/** Any of them, by their weights. */
export function chooseKind(kinds: Kind[]): Kind {
  const all = kinds.flatMap((kind) => Array<Kind>(kind.weight).fill(kind));
  return all[Math.floor(Math.random() * all.length)] as Kind;
}

/** One of each kind: the five hooks, a scheduled run, and nine that are to be refused. Tokens are signed once. */
export function createKinds(key: SigningKey): Kind[] {
  const exp = inSeconds(LIFE_SECONDS);
  const interceptor = signToken(key, interceptorClaims({ exp }));
  const notification = signToken(key, notificationClaims({ exp }));
  const user = signToken(key, userClaims({ exp }));
  const expired = signToken(key, interceptorClaims({ exp: inSeconds(-1) }));
  const forged = signTokenHs512(key.pem, interceptorClaims({ exp }));
  const strangers = signToken(createSigningKey(), interceptorClaims({ exp }));
  const unborn = { request: { path: '/', body: { _dateOfBirth: '9999-01-01' } } };
  const direct = ({ traceId }: Options, headers = {}) =>
    directEvent(user, { headers: { traceparent: toTraceparent(traceId), ...headers } });
  const kind = (name: string, due: Outcome, create: (options: Options) => unknown): Kind => ({
    name,
    weight: 1,
    due,
    create: (traceId) => create({ traceId }),
    hasTrace: true,
  });
  const signed = (...of: Parameters<typeof kind>): Kind => ({ ...kind(...of), signedBy: 'BioT' });
  return [
    signed('pre', OK, (options) => preEvent(interceptor, options)),
    signed('post', OK, (options) => postEvent(interceptor, options)),
    signed('adapt-entity', OK, (options) => postEntityEvent(interceptor, options)),
    {
      ...signed('notification', OK, (options) => notificationEvent(notification, options)),
      weight: CALLING_WEIGHT,
    },
    signed('direct', OK, (options) => direct(options)),
    { ...kind('scheduled', OK, () => scheduledEvent()), hasTrace: false, weight: CALLING_WEIGHT },
    signed('refused by perform', refused(400, 'BIRTH_DATE_IN_FUTURE'), (options) =>
      preEvent(interceptor, { ...options, body: unborn }),
    ),
    signed('of another kind', refused(403, 'ACCESS_DENIED'), (options) => postEvent(notification, options)),
    {
      ...kind('signed by a stranger', JWT_ERROR, (options) => preEvent(strangers, options)),
      signedBy: 'a stranger',
    },
    kind('expired', JWT_ERROR, (options) => preEvent(expired, options)),
    kind('HS512', JWT_ERROR, (options) => postEvent(forged, options)),
    kind('broken body', refused(400, 'INVALID_BODY'), (options) => ({
      ...preEvent(interceptor, options),
      body: '{"broken',
    })),
    kind('no body', refused(400, 'NO_DATA'), (options) => ({ ...postEvent(interceptor, options), body: '' })),
    kind('unknown hook', refused(400, 'UNKNOWN_HOOK_TYPE'), (options) =>
      direct(options, { hooktype: 'NONE_SUCH' }),
    ),
    { ...kind('no event', refused(400, 'NO_EVENT'), () => null), hasTrace: false },
  ];
}

const refused = (status: number, code: string): Outcome => ({ status, code });

const OK: Outcome = { status: 200, code: 'OK' };
const JWT_ERROR = refused(401, 'JWT_ERROR');
