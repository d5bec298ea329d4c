import fc from 'fast-check';
import { pluginEnvironment } from '../builders/config.ts';
import { FUZZ_TIMEOUT_MS, holds } from '../builders/fuzz.ts';
import { answerInTime, bodyInShape, codeOf, expectQuiet, expectUnpolluted } from '../builders/inShape.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { eventsOf } from '../builders/oddEvents.ts';
import { oddName, oddText } from '../builders/oddValues.ts';
import { type LoadedPlugin, loadPlugin } from '../builders/plugin.ts';
import { createSigningKey } from '../builders/tokens.ts';

const key = createSigningKey();
const events = eventsOf(key);

const anything = fc.anything({
  key: oddName,
  values: [
    oddText,
    fc.bigInt(),
    fc.double(),
    fc.constant(Symbol('odd')),
    fc.constant(undefined),
    fc.func(oddText),
  ],
  withNullPrototype: true,
  withSet: true,
  withDate: true,
});
const SHORT_MS = 300; // a result with a `then` of its own may never come

const ownCode = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,30}$/);
const hookName = fc.constantFrom('pre', 'post', 'postEntity');
const errorStatus = fc.integer({ min: 400, max: 599 });
const ownError = fc.record({ status: errorStatus, code: ownCode, message: oddText });
const resultLike = fc.record({
  request: fc.record({ path: anything, body: anything, headers: anything }, { requiredKeys: [] }),
  response: fc.record({ body: anything, entities: anything, httpStatusCode: anything }, { requiredKeys: [] }),
});
const oddFields = fc.record(
  {
    ...{
      name: anything,
      message: anything,
      stack: anything,
      cause: anything,
      details: anything,
      toJSON: anything,
    },
    ...{ code: fc.oneof(ownCode, anything), status: fc.oneof(errorStatus, anything), isAxiosError: anything },
  },
  { requiredKeys: [] },
);

let log: CapturedLog;
let plugin: LoadedPlugin;

beforeAll(async () => {
  log = captureLog();
  plugin = await loadPlugin({ ...pluginEnvironment('http://127.0.0.1:9'), PLUGIN_PUBLIC_KEY: key.publicKey });
});

afterAll(() => log.restore());

describe('handler, whatever perform does', () => {
  it(
    'answers in shape, whatever perform returns',
    () =>
      holds(
        fc.asyncProperty(hookName, fc.oneof(anything, resultLike), async (name, result) => {
          const perform = async () => result as never;
          Object.assign(plugin.interceptorPre, { perform });
          Object.assign(plugin.interceptorPost, { perform });
          Object.assign(plugin.interceptorPostEntity, { perform });

          const answer = await answerInTime(plugin.handler, events[name], SHORT_MS);

          expect([undefined, 'INTERNAL_SERVER_ERROR', 'TIMEOUT']).toContain(codeOf(answer));
          expectQuiet(log, answer);
          expectUnpolluted();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'answers in shape, whatever perform throws, at once or later',
    () =>
      holds(
        fc.asyncProperty(fc.oneof(anything, ownError), fc.boolean(), async (thrown, isAtOnce) => {
          plugin.interceptorPre.perform = (): Promise<never> => {
            if (isAtOnce) throw thrown;
            return Promise.reject(thrown);
          };

          const answer = await answerInTime(plugin.handler, events.pre);

          expect(codeOf(answer)).toBe('INTERNAL_SERVER_ERROR');
          expectQuiet(log, answer);
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'answers in shape an error with whatever on it',
    () =>
      holds(
        fc.asyncProperty(oddFields, oddFields, fc.boolean(), async (onError, onCause, isOwn) => {
          const cause = Object.assign(new Error(), onCause);
          const error = isOwn ? new plugin.PluginError('TIMEOUT', { cause }) : new Error('failed', { cause });
          plugin.interceptorPre.perform = () => Promise.reject(Object.assign(error, onError));

          const answer = await answerInTime(plugin.handler, events.pre);

          bodyInShape(answer);
          log.take();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'writes a line of any facts that perform logs',
    () =>
      holds(
        fc.asyncProperty(fc.dictionary(oddName, anything), async (facts) => {
          plugin.interceptorPre.perform = async ({ log }) => {
            log.info('Facts', facts as never);
            return { request: {} };
          };

          const answer = await answerInTime(plugin.handler, events.pre);

          expect(codeOf(answer)).toBeUndefined();
          expect(log.take().filter(({ message }) => message !== 'Metrics')).toEqual([
            expect.objectContaining({ message: 'Facts', level: 'info' }),
          ]);
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it(
    'gives the caller the status, code and message of the author’s own error, and its details where JSON has them',
    () =>
      holds(
        fc.asyncProperty(ownError, anything, async (own, details) => {
          const error = new plugin.PluginError(own, { details: details as never });
          plugin.interceptorPre.perform = () => Promise.reject(error);

          const answer = await answerInTime(plugin.handler, events.pre);

          const body = bodyInShape(answer);
          expect([answer.statusCode, body.code, body.message]).toEqual([own.status, own.code, own.message]);
          log.take();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );
});
