import type { ServerResponse } from 'node:http';
import {
  type Answer,
  biotError,
  brokenJson,
  LOGIN_CALL,
  loginAnswer,
  neverAnswer,
  PUBLIC_KEY_CALL,
  type RecordedRequest,
  resetConnection,
  startBiotServer,
} from '../../test/builders/biotServer.ts';
import { PATIENT_ID, PATIENTS, patient } from '../../test/builders/events.ts';
import {
  createSigningKey,
  interceptorClaims,
  type SigningKey,
  signToken,
} from '../../test/builders/tokens.ts';

const SHARE = 0.05;
const SLOW_MS = 100;
const LOGIN_LIFE_SECONDS = 62; // the plugin renews a token a minute before its end, so every two seconds here

/** A call as BioT met it; `end` is how it ended. */
export type Call = {
  name: 'key' | 'login' | 'patient' | 'patients';
  traceparent: string | undefined;
  end: 'good' | 'failed' | 'silent';
};

/** A BioT of which one call in twenty fails, each time in the next way. */
export type FailingBiot = {
  baseUrl: string;
  key(): SigningKey;
  /** From now on it signs with another key, and still publishes the one before. */
  rotate(): void;
  /** Until then all is well. */
  startFailing(): void;
  /** What came since this was asked last. */
  takeCalls(): Call[];
  close(): Promise<void>;
};

export async function startFailingBiot(): Promise<FailingBiot> {
  let key = createSigningKey();
  const keys = { publicKey: key.publicKey, previousPublicKey: key.publicKey };
  const calls: Call[] = [];
  const nextFailure = createTurn();
  let share = 0;
  const server = await startBiotServer(key.publicKey);

  const route = (path: string, name: Call['name'], good: () => Answer) =>
    server.route(path, (request, response) => {
      const failure = Math.random() < share ? nextFailure() : undefined;
      calls.push({ name, traceparent: request.headers.traceparent?.toString(), end: toEnd(failure) });
      send(failure ?? good(), request, response);
    });
  route(PUBLIC_KEY_CALL, 'key', () => ({ body: keys }));
  route(LOGIN_CALL, 'login', () => loginAnswer(signToken(key, interceptorClaims()), LOGIN_LIFE_SECONDS));
  route(`GET ${PATIENTS}/${PATIENT_ID}`, 'patient', () => ({ body: patient() }));
  route(`GET ${PATIENTS}`, 'patients', () => ({ body: PAGE }));

  return {
    baseUrl: server.baseUrl,
    key: () => key,
    rotate() {
      key = createSigningKey();
      Object.assign(keys, { publicKey: key.publicKey, previousPublicKey: keys.publicKey });
    },
    startFailing() {
      share = SHARE;
    },
    takeCalls() {
      server.requests.length = 0;
      return calls.splice(0);
    },
    close: server.close,
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

const send = (answer: Answer, request: RecordedRequest, response: ServerResponse): void => {
  if (typeof answer === 'function') answer(request, response);
  else response.writeHead(answer.status ?? 200, JSON_TYPE).end(JSON.stringify(answer.body));
};

const PAGE = { data: [patient(), patient()], metadata: { page: { totalResults: 2, page: 0, limit: 50 } } };

const slowly: Answer = (_request, response) => void setTimeout(() => response.writeHead(504).end(), SLOW_MS);

/** One in twelve is never answered: each of those takes all the time that its event has. */
const FAILURES: readonly Answer[] = [
  ...[biotError(500, 'INTERNAL_SERVER_ERROR'), biotError(503, 'SERVICE_UNAVAILABLE'), resetConnection],
  ...[biotError(401, 'UNAUTHORIZED'), brokenJson, slowly, neverAnswer],
  ...[biotError(500, 'INTERNAL_SERVER_ERROR'), biotError(429, 'TOO_MANY_REQUESTS'), resetConnection],
  ...[biotError(401, 'UNAUTHORIZED'), brokenJson],
];

/** In turn, so that few events already meet all of them. */
function createTurn(): () => Answer | undefined {
  let count = 0;
  return () => FAILURES[count++ % FAILURES.length];
}

function toEnd(failure: Answer | undefined): Call['end'] {
  if (failure === undefined) return 'good';
  return failure === neverAnswer ? 'silent' : 'failed';
}
