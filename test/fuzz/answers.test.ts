import fc from 'fast-check';
import { pluginEnvironment } from '../builders/config.ts';
import { patient, scheduledEvent } from '../builders/events.ts';
import { createPluginStarter } from '../builders/freshPlugin.ts';
import { FUZZ_TIMEOUT_MS, holds, runs } from '../builders/fuzz.ts';
import { answerInTime, codeOf, expectQuiet, expectUnpolluted } from '../builders/inShape.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { type OddBiotServer, oddAnswer, startOddBiotServer } from '../builders/oddAnswers.ts';
import { eventsOf } from '../builders/oddEvents.ts';
import { CANARY } from '../builders/oddValues.ts';
import { createSigningKey, inSeconds, interceptorClaims, signToken } from '../builders/tokens.ts';

const SHORT_MS = 100; // what hangs is not waited for long, and a GET is not made twice
const LONG_MS = 250; // time enough for a GET to be made twice

const key = createSigningKey();
const serviceToken = signToken(key, interceptorClaims({ exp: inSeconds(86_400), jti: CANARY }));
const goodKey = { publicKey: key.publicKey, previousPublicKey: null };
const goodLogin = {
  accessToken: serviceToken,
  accessTokenExpiration: new Date(Date.now() + 86_400_000).toISOString(),
};
const goodPage = {
  data: [patient(), patient()],
  metadata: { page: { totalResults: 2, page: 0, limit: 50 } },
};
const timeMs = fc.oneof({ weight: 19, arbitrary: fc.constant(SHORT_MS) }, fc.constant(LONG_MS));

let server: OddBiotServer;
let log: CapturedLog;
let start: Awaited<ReturnType<typeof createPluginStarter>>;

beforeAll(async () => {
  server = await startOddBiotServer();
  start = await createPluginStarter();
  log = captureLog();
});

afterAll(async () => {
  log.restore();
  await server.close();
});

describe('handler of a plugin just started, given any answers of BioT’s', () => {
  const answers = (goodCall: unknown) =>
    fc.record({ key: oddAnswer(goodKey), login: oddAnswer(goodLogin), call: oddAnswer(goodCall) });
  const seen = new Map<string | undefined, number>();

  it.each<[string, unknown, unknown]>([
    ['a notification that reads a patient', eventsOf(key).notification, patient()],
    ['a scheduled run that reads page after page', scheduledEvent(), goodPage],
  ])(
    'answers %s in time: that BioT failed, and nothing of what it said',
    (_name, event, goodCall) =>
      holds(
        fc.asyncProperty(answers(goodCall), timeMs, async (biot, time) => {
          const { handler } = start({ ...pluginEnvironment(server.serve(biot)), LOG_LEVEL: 'debug' });

          const answer = await answerInTime(handler, event, time);

          const code = codeOf(answer);
          seen.set(code, (seen.get(code) ?? 0) + 1);
          expect([undefined, 'CALL_TO_API_FAILED', 'TIMEOUT', 'JWT_ERROR']).toContain(code);
          expectQuiet(log, answer, [CANARY, ...serviceToken.split('.')]);
          expectUnpolluted();
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it('has met success, failure and silence', () => {
    for (const code of [undefined, 'CALL_TO_API_FAILED', 'TIMEOUT'])
      expect(seen.get(code) ?? 0).toBeGreaterThan(runs / 1_000);
  });
});
