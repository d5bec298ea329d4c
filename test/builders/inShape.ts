import { errors } from '../../src/runtime/errors.ts';
import type { LambdaResponse } from '../../src/runtime/response.ts';
import type { CapturedLog } from './log.ts';
import { CANARY } from './oddValues.ts';

type Handler = (event: unknown, context?: never) => Promise<LambdaResponse>;
type ErrorBody = { code: string; message: string; traceId: string };

/** What a busy machine may take beyond the time that Lambda gives. */
const SLACK_MS = 5_000;

/** What the handler answers within Lambda's time, and no later. */
export async function answerInTime(
  handler: Handler,
  event: unknown,
  timeMs = 10_000,
): Promise<LambdaResponse> {
  const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => timeMs };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer after ${timeMs} ms`)), timeMs + SLACK_MS);
  });
  try {
    return await Promise.race([handler(event, context as never), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The body of an answer that is what a function URL and BioT take. @throws Error that says what is not */
export function bodyInShape(answer: LambdaResponse): Record<string, unknown> {
  const { statusCode, headers, body, ...rest } = answer;
  const [, traceId] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-00$/.exec(headers.traceparent ?? '') ?? [];
  const isInShape =
    (statusCode === 200 || (Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 599)) &&
    headers['content-type'] === 'application/json' &&
    Object.values(headers).every((value) => typeof value === 'string') &&
    traceId !== undefined &&
    typeof body === 'string' &&
    Object.keys(rest).length === 0;
  if (!isInShape) throw new Error(`Not in shape: ${JSON.stringify(answer)}`);

  const parsed = JSON.parse(body);
  if (statusCode >= 400) expectErrorBody(parsed, traceId);
  return parsed;
}

function expectErrorBody(body: unknown, traceId: string): void {
  const text = expect.any(String);
  const details = expect.any(Object);
  const environment = text;
  expect(body).toEqual({ code: text, message: text, serviceName: text, traceId, environment, details });
}

/** The code of the table that the answer has, with its status and message; undefined for a success. */
export function codeOf(answer: LambdaResponse): string | undefined {
  const { code, message } = bodyInShape(answer) as ErrorBody;
  if (answer.statusCode < 400) return undefined;
  const known = Object.entries(errors).find(([name]) => name === code)?.[1];
  if (known?.status !== answer.statusCode || known.message !== message)
    throw new Error(`Not in the table: ${answer.statusCode} ${code} ${message}`);
  return code;
}

/**
 * What was written since the last look is JSON lines with a trace, and tells no canary. `action` is what the example
 * of a notification logs on purpose.
 */
export function expectQuiet(
  log: CapturedLog,
  answer: LambdaResponse,
  secrets: readonly string[] = [CANARY],
): void {
  for (const { action, ...record } of log.take()) {
    expect(record).toMatchObject({ '@timestamp': expect.any(String), level: expect.any(String) });
    expect(record.traceId).toMatch(/^[0-9a-f]{32}$/);
    expectSilent(JSON.stringify(record), secrets);
  }
  if (answer.statusCode >= 400) expectSilent(answer.body, secrets);
}

function expectSilent(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) if (text.includes(secret)) throw new Error(`Tells ${secret}: ${text}`);
}

/** Nothing that came in has changed what every object has. */
export function expectUnpolluted(): void {
  const inherited: string[] = [];
  for (const name in {}) inherited.push(name);
  expect(inherited).toEqual([]);
  expect(Object.prototype.toString.call(Object.prototype.toString)).toBe('[object Function]');
}
