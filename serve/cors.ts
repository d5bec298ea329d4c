import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './toAnswer.ts';

/** `cors` of plugin.json. What is left out is as the plugin API has it. */
export type Cors = Partial<
  Record<'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders', string[]>
>;

const DEFAULTS = {
  allowOrigins: ['*'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type'],
  exposeHeaders: [],
};

/** Does a browser ask whether a page may call? A function URL answers that itself. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  const asks = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
  return method === 'OPTIONS' && asks;
}

/** Without a header for an origin that may not. */
export function toPreflightAnswer(cors: Cors, { headers: { origin } }: IncomingMessage): HttpAnswer {
  const { allowMethods, allowHeaders } = { ...DEFAULTS, ...cors };
  const allowed = toAllowed(cors, origin);
  const headers = {
    ...allowed,
    ...(allowed && { 'access-control-allow-methods': allowMethods.join(',') }),
    ...(allowed && allowHeaders.length > 0 && { 'access-control-allow-headers': allowHeaders.join(',') }),
  };
  return { status: 200, headers, body: Buffer.alloc(0) };
}

/** The answer as a page of that origin may read it. A header of the handler's own would make two, which browsers refuse. */
export function withCors(
  answer: HttpAnswer,
  cors: Cors,
  { headers: { origin } }: IncomingMessage,
): HttpAnswer {
  const { exposeHeaders } = { ...DEFAULTS, ...cors };
  const allowed = toAllowed(cors, origin);
  if (!allowed) return answer;
  const exposed = exposeHeaders.length > 0 && { 'access-control-expose-headers': exposeHeaders.join(',') };
  return { ...answer, headers: { ...answer.headers, ...allowed, ...exposed } };
}

function toAllowed(cors: Cors, origin: string | undefined): Record<string, string> | undefined {
  const { allowOrigins } = { ...DEFAULTS, ...cors };
  if (origin === undefined) return undefined;
  if (allowOrigins.includes('*')) return { 'access-control-allow-origin': '*' };
  return allowOrigins.includes(origin)
    ? { 'access-control-allow-origin': origin, vary: 'Origin' }
    : undefined;
}
