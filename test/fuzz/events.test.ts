import fc from 'fast-check';
import { type BiotServer, startBiotServer } from '../builders/biotServer.ts';
import { pluginEnvironment } from '../builders/config.ts';
import { PATIENTS } from '../builders/events.ts';
import { FUZZ_TIMEOUT_MS, holds } from '../builders/fuzz.ts';
import { answerInTime, bodyInShape, codeOf, expectQuiet, expectUnpolluted } from '../builders/inShape.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import {
  changedEvent,
  echoedEvent,
  eventsOf,
  strangeEvent,
  surroundedHeaders,
} from '../builders/oddEvents.ts';
import { type LoadedPlugin, loadPlugin } from '../builders/plugin.ts';
import { createSigningKey } from '../builders/tokens.ts';

const key = createSigningKey();
const events = eventsOf(key);
const traceId = fc
  .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 })
  .filter((id) => /[^0]/.test(id));

let biot: BiotServer;
let log: CapturedLog;
let validating: LoadedPlugin;
let trusting: LoadedPlugin;

beforeAll(async () => {
  biot = await startBiotServer(key.publicKey);
  biot.route(`GET ${PATIENTS}`, { body: { data: [] } });
  const environment = { ...pluginEnvironment(biot.baseUrl), LOG_LEVEL: 'debug' };
  log = captureLog();
  validating = await loadPlugin(environment);
  trusting = await loadPlugin({ ...environment, PLUGIN_SHOULD_VALIDATE_JWT: 'false' });
});

afterAll(async () => {
  log.restore();
  await biot.close();
});

describe('handler, given any event', () => {
  it(
    'answers what no platform sends in shape and in time',
    () =>
      holds(
        fc.asyncProperty(strangeEvent(key), fc.boolean(), async (event, isTrusting) => {
          const { handler } = isTrusting ? trusting : validating;

          const answer = await answerInTime(handler, event);

          bodyInShape(answer);
          expectQuiet(log, answer);
          expectUnpolluted();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'answers a changed event of BioT’s with a code that names the event’s fault, and tells nobody’s data',
    () =>
      holds(
        fc.asyncProperty(changedEvent(key), fc.boolean(), async (event, isTrusting) => {
          const { handler } = isTrusting ? trusting : validating;

          const answer = await answerInTime(handler, event);

          expect(codeOf(answer)).not.toBe('INTERNAL_SERVER_ERROR');
          expectQuiet(log, answer);
          expectUnpolluted();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'finds hook type, token and trace in whatever case among whatever other headers',
    () => {
      const header = traceId.chain((id) =>
        fc.tuple(fc.constant(id), surroundedHeaders(events.pre, `00-${id}-ff435abc75711595-00`)),
      );
      return holds(
        fc.asyncProperty(header, async ([id, headers]) => {
          const answer = await answerInTime(validating.handler, { ...events.pre, headers });

          expect([answer.statusCode, answer.headers.traceparent?.slice(3, 35)]).toEqual([200, id]);
          expectQuiet(log, answer);
        }),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

describe('an interceptor that changes nothing', () => {
  const plugins = {
    pre: 'interceptorPre',
    post: 'interceptorPost',
    postEntity: 'interceptorPostEntity',
  } as const;

  it.each([
    ['pre', (sent) => ({ request: pick(sent.request, ['path', 'queryParameters', 'headers', 'body']) })],
    ['post', (sent) => ({ response: pick(sent.response, ['body', 'httpStatusCode']) })],
    ['postEntity', (sent) => ({ response: pick(sent.response, ['entities', 'httpStatusCode']) })],
  ] as [keyof typeof plugins, (sent: Sent) => unknown][])(
    'gives back what came to %s, field by field',
    (name, expected) => {
      validating[plugins[name]].perform = async () => ({ request: {}, response: {} });
      return holds(
        fc.asyncProperty(echoedEvent(events[name]), async (event) => {
          const answer = await answerInTime(validating.handler, event);

          bodyInShape(answer);
          expect(answer.statusCode).toBe(200);
          expect(answer.body).toBe(JSON.stringify(expected(JSON.parse(event.body ?? ''))));
          expectQuiet(log, answer);
          expectUnpolluted();
        }),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

type Json = Record<string, unknown>;
type Sent = { request: Json; response: Json };

const pick = (from: Json, names: string[]): Json =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));
