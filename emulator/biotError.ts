import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DataError } from './openDatabase.ts';
import { startTrace } from './trace.ts';

type Refusal = {
  status: number;
  code: string;
  message: string;
  details?: Record<string, unknown>;
};

/** A refusal as BioT writes it (`ErrorResponse` of its published API). */
export class BiotError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal.message, options);
    this.name = 'BiotError';
    this.status = refusal.status;
    this.code = refusal.code;
    this.details = refusal.details ?? {};
  }
}

/** An interceptor refused the call: what it answered goes to the caller as it is. */
export class Blocked extends Error {
  readonly answer: { status: number; headers: Record<string, string | string[]>; body: Buffer };

  constructor(answer: Blocked['answer']) {
    super('An interceptor refused the call');
    this.answer = answer;
  }
}

export type ErrorBody = {
  code: string;
  message: string;
  serviceName: string;
  traceId: string;
  environment: string;
  details: Record<string, unknown>;
};

/** Anything thrown → status and BioT's error body. */
export function toErrorAnswer(error: unknown, traceId: string): { status: number; body: ErrorBody } {
  const known = error instanceof BiotError ? error : toBiotError(error);
  const { status, code, message, details } = known;
  return {
    status,
    body: { code, message, serviceName: 'Local BioT', traceId, environment: 'local', details },
  };
}

function toBiotError(error: unknown): BiotError {
  if (error instanceof DataError)
    return new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message: error.message });
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode && statusCode >= 400 && statusCode < 500) {
    return new BiotError({ status: statusCode, code: 'BAD_REQUEST', message: message ?? 'Bad Request' });
  }
  return new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' });
}

/** Makes every refusal of the application one of BioT's, unknown routes included. */
export function answerErrorsAsBiot(app: FastifyInstance, log: (line: string) => void): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Blocked) {
      const { status, headers, body } = error.answer;
      return reply.code(status).headers(headers).send(body);
    }
    const { status, body } = toErrorAnswer(error, request.traceId);
    if (status >= 500) log(`${request.method} ${request.routeOptions.url}: ${explain(error as Error)}`);
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((request) => {
    throw new BiotError({
      status: 404,
      code: 'NOT_FOUND',
      message:
        `The local BioT does not have ${request.method} ${request.url.split('?')[0]}. ` +
        'An API of entities is a row of emulator/entities/apis.ts, any other a route in its service’s folder of emulator/',
    });
  });
}

/** A refusal explains itself; where anything else came from is told too. */
function explain(error: Error): string {
  if (!(error instanceof BiotError)) return String(error.stack);
  const { code, message, cause } = error;
  return `${code}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
}

/** A path that the router cannot even read is refused before any hook has run, so it gets its trace here. */
export function answerBadUrlAsBiot(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const traceId = startTrace(request, reply);
  const { status, body } = toErrorAnswer(error, traceId);
  void reply.code(status).send(body);
}
