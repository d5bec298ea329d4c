import fc from 'fast-check';
import {
  directEvent,
  type FunctionUrlEvent,
  notificationEvent,
  postEntityEvent,
  postEvent,
  preEvent,
  scheduledEvent,
} from './events.ts';
import { CANARY, deepJson, edited, oddJson, oddName, oddText, withOddLeaves } from './oddValues.ts';
import { inSeconds, interceptorClaims, notificationClaims, type SigningKey, signToken } from './tokens.ts';

const DAY_SECONDS = 86_400;

/** An event of each hook, with a token that is valid all day. */
export function eventsOf(
  key: SigningKey,
): Record<'notification' | 'pre' | 'post' | 'postEntity' | 'direct', FunctionUrlEvent> {
  const exp = inSeconds(DAY_SECONDS);
  const interceptor = signToken(key, interceptorClaims({ exp }));
  return {
    notification: notificationEvent(signToken(key, notificationClaims({ exp }))),
    pre: preEvent(interceptor),
    post: postEvent(interceptor),
    postEntity: postEntityEvent(interceptor),
    direct: directEvent(interceptor),
  };
}

/** What no platform would send: values that JSON has no word for, bodies of any depth. */
export const strangeEvent = (key: SigningKey): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.anything({
      key: oddName,
      values: [oddText, fc.bigInt(), fc.date(), fc.constant(undefined)],
      withSet: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
      withSparseArray: true,
    }),
    oddJson,
    fc
      .tuple(fc.constantFrom(...Object.values(eventsOf(key))), deepJson)
      .map(([event, body]) => ({ ...event, body })),
    fc.tuple(fc.constantFrom(...Object.values(eventsOf(key))), deepJson).map(([event, deep]) => ({
      ...event,
      body: event.body?.replace('{', `{"request":{"path":"/","body":${deep}},"data":${deep},`),
    })),
  );

/** An event as BioT sends it with a few places changed: of the event, of its headers, or of its body. */
export function changedEvent(key: SigningKey): fc.Arbitrary<unknown> {
  const bases = Object.values(eventsOf(key));
  const changes = bases.flatMap((event) => [
    edited(event),
    edited(event.headers).map((headers) => ({ ...event, headers })),
    edited(JSON.parse(event.body ?? '')).map((body) => ({ ...event, body: JSON.stringify(body) })),
    withOddLeaves(JSON.parse(event.body ?? '')).map((body) => ({ ...event, body: JSON.stringify(body) })),
    damaged(event.body ?? '').map((body) => ({ ...event, body })),
  ]);
  return fc.oneof(...changes, edited(scheduledEvent())).chain(maybeBase64);
}

const maybeBase64 = (event: Record<string, unknown>): fc.Arbitrary<unknown> =>
  fc.boolean().map((isBase64Encoded) => {
    if (!isBase64Encoded || typeof event.body !== 'string') return event;
    return { ...event, body: Buffer.from(event.body).toString('base64'), isBase64Encoded };
  });

/** A text with a piece of it replaced. */
export const damaged = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(8), oddText)
    .map(([start, length, odd]) => text.slice(0, start) + odd + text.slice(start + length));

/** An interceptor's event, whose request and response may hold anything where BioT lets them. */
export const echoedEvent = (event: FunctionUrlEvent): fc.Arbitrary<FunctionUrlEvent> =>
  fc
    .record({
      request: fc.record(
        { path: oddText, body: oddJson, queryParameters: oddJson, headers: oddJson },
        { requiredKeys: ['path'] },
      ),
      response: fc.record(
        { body: oddJson, httpStatusCode: oddJson, entities: fc.array(oddJson, { maxLength: 5 }) },
        { requiredKeys: ['entities'] },
      ),
    })
    .map((changed) => ({ ...event, body: JSON.stringify({ ...JSON.parse(event.body ?? ''), ...changed }) }));

/** Headers of any name around those that matter, whose names are written in any case. */
export const surroundedHeaders = (
  event: FunctionUrlEvent,
  traceparent: string,
): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      fc.array(
        fc.tuple(
          oddName.map((name) => `x-${name}`),
          oddJson,
        ),
        { maxLength: 6 },
      ),
      fc.infiniteStream(fc.boolean()),
    )
    .map(([others, isUpper]) =>
      Object.fromEntries([
        ...others,
        ...Object.entries({ ...event.headers, traceparent }).map(([name, value]) => [
          [...name].map((letter) => (isUpper.next().value ? letter.toUpperCase() : letter)).join(''),
          value,
        ]),
        ['x-secret', CANARY],
      ]),
    );
