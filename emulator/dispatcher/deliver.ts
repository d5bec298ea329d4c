import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BiotError } from '../biotError.ts';
import { toTraceparent } from '../trace.ts';
import { type Traces, withoutTokens } from '../traces.ts';

const TIMEOUT_MS = 60_000;

export type HookType = 'NOTIFICATION' | 'INTERCEPTOR_PRE' | 'INTERCEPTOR_POST' | 'INTERCEPTOR_POST_ENTITY';

/** One call of a hook endpoint. A notification's token is in its body, an interceptor's in the header. */
export type Delivery = {
  endpoint: string;
  hookType: HookType;
  traceId: string;
  body: unknown;
  token?: string;
  /** Whose endpoint it is, as traces call it. */
  receiver: string;
};

export type HookAnswer = { status: number; headers: Record<string, string>; body: Buffer };

/**
 * Calls the endpoint as BioT does and returns whatever it answers, refusals included. The trace tells both.
 * @throws BiotError 500 when it does not answer at all. What BioT itself shows then is not published: this is assumed.
 */
export async function deliver(delivery: Delivery, traces: Traces): Promise<HookAnswer> {
  const { hookType, traceId, receiver, body } = delivery;
  const span = traces.start(traceId, {
    kind: 'HOOK',
    name: `${hookType} ${receiver}`,
    hook: hookType,
    plugin: receiver,
    event: withoutTokens(body),
  });
  try {
    const answer = await post(delivery, span.id);
    span.end({ status: answer.status, answer: withoutTokens(answer.body) });
    return answer;
  } catch (cause) {
    const message = 'A plugin did not answer';
    span.end({ error: (cause as Error).message });
    throw new BiotError({ status: 500, code: 'INTERNAL_SERVER_ERROR', message }, { cause });
  }
}

function post({ endpoint, hookType, traceId, body, token }: Delivery, spanId: string): Promise<HookAnswer> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    accept: '*/*',
    'user-agent': 'ReactorNetty/1.2.10',
    hooktype: hookType,
    traceparent: toTraceparent(traceId, spanId),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const send = endpoint.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = send(
      endpoint,
      { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 500,
            headers: { 'content-type': answer.headers['content-type'] ?? 'application/json' },
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}
