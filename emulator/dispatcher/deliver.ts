import { BiotError } from '../biotError.ts';
import { keepBody, type Traces } from '../traces.ts';
import type { Chains, Origin } from './chains.ts';
import { type HookType, toHookHeaders } from './hookHeaders.ts';
import { type HookAnswer, type Poster, TooLate } from './poster.ts';

/** One event for a hook's endpoint. A notification's token is in its body, an interceptor's in the header. */
export type Delivery = {
  endpoint: string;
  hookType: HookType;
  body: object;
  token?: string;
  /** Whose endpoint it is, as traces and logs call it. */
  receiver: string;
  /** It stands behind our own function URLs, which never close a connection that is in use. */
  isDeployed: boolean;
  /** The API call that it is about. */
  origin: Origin;
};

export type DeliverOptions = { poster: Poster; traces: Traces; chains: Chains; timeoutMs: number };

/**
 * Calls the endpoint as BioT does and returns whatever it answers, refusals included. The trace tells both.
 * @throws BiotError 504 when it takes too long, 500 when it does not answer at all. What BioT shows then is not
 * published: this is assumed.
 */
export async function deliver(options: DeliverOptions, delivery: Delivery): Promise<HookAnswer> {
  const { endpoint, hookType, receiver, isDeployed, origin } = delivery;
  const { poster, chains, timeoutMs } = options;
  const body = Buffer.from(JSON.stringify(delivery.body));
  const span = startSpan(options.traces, delivery, body);
  const leave = chains.enter({ spanId: span.id, receiver, hookType, origin });
  try {
    const head = { ...delivery, traceId: origin.traceId, spanId: span.id };
    const headers = { ...toHookHeaders(head), 'content-length': String(body.length) };
    const answer = await poster.post({ url: endpoint, headers, body, timeoutMs, triesAgain: !isDeployed });
    span.end({ status: answer.status, answer: keepBody(answer.body) });
    return answer;
  } catch (cause) {
    const reason = (cause as Error).message || String((cause as NodeJS.ErrnoException).code);
    span.end({ error: reason });
    const message = `${receiver} did not answer its ${hookType} event: ${reason}`;
    const kind = cause instanceof TooLate ? TIMEOUT : FAILURE;
    throw new BiotError({ ...kind, message }, { cause });
  } finally {
    leave();
  }
}

const TIMEOUT = { status: 504, code: 'GATEWAY_TIMEOUT' };
const FAILURE = { status: 500, code: 'INTERNAL_SERVER_ERROR' };

function startSpan(traces: Traces, { hookType, receiver, origin }: Delivery, body: Buffer) {
  return traces.start(origin.traceId, {
    kind: 'HOOK',
    name: `${hookType} ${receiver}`,
    ...(origin.spanId && { parentId: origin.spanId }),
    hook: hookType,
    plugin: receiver,
    event: keepBody(body),
  });
}
