import type { ServerResponse } from 'node:http';
import {
  type Answer,
  type BiotServer,
  biotError,
  LOGIN_CALL,
  loginAnswer,
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

/** A BioT of which one call in twenty fails. */
export type FailingBiot = {
  server: BiotServer;
  key(): SigningKey;
  /** From now on it signs with another key, and still publishes the one before. */
  rotate(): void;
  /** When calls failed so far, in epoch ms. */
  failures: number[];
};

export async function startFailingBiot(): Promise<FailingBiot> {
  let key = createSigningKey();
  const failures: number[] = [];
  const server = await startBiotServer(key.publicKey);
  const perhaps =
    (good: () => Answer): Answer =>
    (request, response) => {
      const answer =
        Math.random() < SHARE ? FAILURES[Math.floor(Math.random() * FAILURES.length)] : undefined;
      if (answer) failures.push(Date.now());
      send(answer ?? good(), request, response);
    };
  const keys = { publicKey: key.publicKey, previousPublicKey: key.publicKey };
  server.route(
    PUBLIC_KEY_CALL,
    perhaps(() => ({ body: keys })),
  );
  server.route(
    LOGIN_CALL,
    perhaps(() => loginAnswer(signToken(key, interceptorClaims()), LOGIN_LIFE_SECONDS)),
  );
  server.route(
    `GET ${PATIENTS}/${PATIENT_ID}`,
    perhaps(() => ({ body: patient() })),
  );
  server.route(
    `GET ${PATIENTS}`,
    perhaps(() => ({ body: PAGE })),
  );
  return {
    server,
    key: () => key,
    rotate() {
      key = createSigningKey();
      Object.assign(keys, { publicKey: key.publicKey, previousPublicKey: keys.publicKey });
    },
    failures,
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

const send = (answer: Answer, request: RecordedRequest, response: ServerResponse): void => {
  if (typeof answer === 'function') answer(request, response);
  else response.writeHead(answer.status ?? 200, JSON_TYPE).end(JSON.stringify(answer.body));
};

const PAGE = { data: [patient(), patient()], metadata: { page: { totalResults: 2, page: 0, limit: 50 } } };

const FAILURES: readonly Answer[] = [
  biotError(500, 'INTERNAL_SERVER_ERROR'),
  biotError(503, 'SERVICE_UNAVAILABLE'),
  biotError(401, 'UNAUTHORIZED'),
  resetConnection,
  (_request, response) => void response.writeHead(200, JSON_TYPE).end('{"broken'),
  (_request, response) => void setTimeout(() => response.writeHead(504).end(), SLOW_MS),
];
