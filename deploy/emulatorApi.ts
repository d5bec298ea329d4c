import axios from 'axios';
import { EXIT, Failure } from './failure.ts';

const CALL_TIME_MS = 60_000;

/** The local BioT's own routes, `/emulator/…`, which need no token. Each answers the parsed body. @throws Failure */
export type EmulatorApi = {
  get<Result>(path: string): Promise<Result>;
  post<Result>(path: string, body?: unknown): Promise<Result>;
  delete<Result>(path: string): Promise<Result>;
};

type Call = { method: string; path: string; body?: unknown };

type Refusal = { code?: string; message?: string; serviceName?: string; statusCode?: number };

/** A client of the local BioT at this address. @throws Failure when there is no address */
export function createEmulatorApi(baseUrl: string | undefined): EmulatorApi {
  if (!baseUrl || !URL.canParse(baseUrl)) throw noAddress(baseUrl);
  const send = <Result>(call: Call) => sendCall(baseUrl, call) as Promise<Result>;
  return {
    get: (path) => send({ method: 'GET', path }),
    post: (path, body) => send({ method: 'POST', path, ...(body !== undefined && { body }) }),
    delete: (path) => send({ method: 'DELETE', path }),
  };
}

async function sendCall(baseUrl: string, { method, path, body }: Call): Promise<unknown> {
  const headers = { 'content-type': body !== undefined && 'application/json' }; // false: none at all
  const call = { method, url: baseUrl + path, headers, data: body };
  const answer = await axios.request<string>({ ...call, ...AS_TEXT }).catch((cause) => {
    throw noAnswer(baseUrl, cause);
  });
  const received = parse(answer.data);
  if (answer.status < 300 && received !== NOT_JSON) return received;
  throw toRefusal(baseUrl, answer.status, received);
}

/** It is on this machine, or beside it: behind no proxy. */
const AS_TEXT = {
  timeout: CALL_TIME_MS,
  proxy: false,
  responseType: 'text',
  transformResponse: (text: string) => text,
  validateStatus: null,
} as const;

const NOT_JSON = Symbol('not JSON');

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** Another BioT, or any other server, does not sign its refusals as the local one does. */
function toRefusal(baseUrl: string, status: number, received: unknown): Failure {
  const { code, message, serviceName, statusCode } = Object(received) as Refusal;
  if (status === 503 && statusCode === 503) return noAnswer(baseUrl, new Error('it is ending'));
  if (serviceName !== 'Local BioT' || !code || !message) return notLocal(baseUrl);
  return new Failure({
    code,
    message,
    exitCode: status === 400 ? EXIT.usage : EXIT.failed,
    cure: 'Mend what it names and run the command again.',
  });
}

/** For `catch`: a refusal of one of these codes gets a cure that fits the command. @throws what it is given */
export const cureWith = (cures: Record<string, string>) => (error: unknown) => {
  const cure = error instanceof Failure ? cures[error.code] : undefined;
  if (!(error instanceof Failure) || cure === undefined) throw error;
  const { code, message, exitCode } = error;
  throw new Failure({ code, message, exitCode, cure }, { cause: error });
};

/** What a command ends with that lives as long as the local BioT. */
export const hasEnded = (cause?: unknown) =>
  new Failure(
    {
      code: 'EMULATOR_ENDED',
      exitCode: EXIT.failed,
      message: 'The local BioT has ended',
      cure: 'Start it with npx biot-plugin emulator, and run the command again.',
    },
    { cause },
  );

const START_IT =
  'Start one with npx biot-plugin emulator, and set BIOT_CLI_BASE_URL to the address it prints.';

const noAddress = (baseUrl: string | undefined) =>
  new Failure({
    code: baseUrl ? 'INVALID_SETTING' : 'MISSING_SETTING',
    exitCode: EXIT.usage,
    message: baseUrl ? `BIOT_CLI_BASE_URL is no address: ${baseUrl}` : 'BIOT_CLI_BASE_URL is not set',
    cure: START_IT,
  });

const noAnswer = (baseUrl: string, error: Error & { code?: string }) =>
  new Failure(
    {
      code: 'EMULATOR_UNREACHABLE',
      exitCode: EXIT.failed,
      message: `No local BioT answers at ${baseUrl}: ${error.message || error.code}`,
      cure: START_IT,
    },
    { cause: error },
  );

const notLocal = (baseUrl: string) =>
  new Failure({
    code: 'NOT_AN_EMULATOR',
    exitCode: EXIT.usage,
    message: `What answers at ${baseUrl} is not a local BioT: only that one has this command`,
    cure: START_IT,
  });
