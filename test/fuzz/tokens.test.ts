import fc from 'fast-check';
import { type BiotServer, PUBLIC_KEY_CALL, startBiotServer } from '../builders/biotServer.ts';
import { pluginEnvironment } from '../builders/config.ts';
import { directEvent, notificationEvent, preEvent } from '../builders/events.ts';
import { FUZZ_TIMEOUT_MS, holds, runs } from '../builders/fuzz.ts';
import { answerInTime, codeOf, expectQuiet } from '../builders/inShape.ts';
import { type CapturedLog, captureLog } from '../builders/log.ts';
import { brokenToken, signedToken } from '../builders/oddTokens.ts';
import { oddText } from '../builders/oddValues.ts';
import { type LoadedPlugin, loadPlugin } from '../builders/plugin.ts';
import { createTokenOracle, type Verdict } from '../builders/tokenOracle.ts';
import { createSigningKey } from '../builders/tokens.ts';

/** As the event carries the token: its header's white space is the header's, that of a body's field the token's. */
const hooks = {
  notification: { scope: 'ACTION_NOTIFICATION', toEvent: notificationEvent, toToken: (text: string) => text },
  pre: { scope: 'PLUGIN_INTERCEPTOR', toEvent: preEvent, toToken: (text: string) => text.trim() },
  direct: { scope: undefined, toEvent: directEvent, toToken: (text: string) => text.trim() },
};
const hook = fc.constantFrom(...Object.values(hooks));

const signers = { current: createSigningKey(), previous: createSigningKey(), stranger: createSigningKey() };

let biot: BiotServer;
let log: CapturedLog;
let plugin: LoadedPlugin;
let judge: Awaited<ReturnType<typeof createTokenOracle>>;

beforeAll(async () => {
  const publicKey = signers.current.publicKey;
  const previousPublicKey = signers.previous.publicKey;
  biot = await startBiotServer();
  biot.route(PUBLIC_KEY_CALL, { body: { publicKey, previousPublicKey } });
  judge = await createTokenOracle([publicKey, previousPublicKey]);
  log = captureLog();
  plugin = await loadPlugin(pluginEnvironment(biot.baseUrl));
  plugin.notification.perform = async () => undefined;
});

afterAll(async () => {
  log.restore();
  await biot.close();
});

describe('handler, given any token', () => {
  const seen = new Map<Verdict, number>();
  const start = Date.now();

  it.each<[string, fc.Arbitrary<string>]>([
    ['signed by whomever, with whatever claims', signedToken(signers)],
    ['with pieces of it replaced or exchanged', brokenToken(signers)],
    ['of any text', oddText],
  ])(
    'takes one %s exactly where another reader of the same rules does',
    (_name, tokens) =>
      holds(
        fc.asyncProperty(tokens, hook, async (text, { scope, toEvent, toToken }) => {
          const answer = await answerInTime(plugin.handler, toEvent(text));

          const verdict = await judge(toToken(text), scope);
          seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
          expect(codeOf(answer) ?? 'taken').toBe(verdict);
          expectQuiet(log, answer, secretsOf(text));
        }),
      ),
    FUZZ_TIMEOUT_MS,
  );

  it('has met tokens of each verdict, and asks for keys twice a minute at most for all the bad ones', () => {
    const minutes = Math.ceil((Date.now() - start) / 60_000);

    for (const verdict of ['taken', 'ACCESS_DENIED', 'JWT_ERROR'] as const)
      expect(seen.get(verdict) ?? 0).toBeGreaterThan(runs / 100);
    expect(biot.count(PUBLIC_KEY_CALL)).toBeLessThanOrEqual(2 + 2 * minutes);
  });
});

/** The parts of a token that are long enough to be found by no chance. */
const secretsOf = (token: string): string[] => token.split('.').filter((part) => part.length >= 16);
