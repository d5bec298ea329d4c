import type { Effect } from './faults.ts';

/** Like `status 503 SERVICE_UNAVAILABLE`. */
export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'latency':
    case 'late':
      return `${effect.kind} of ${effect.ms} ms`;
    case 'status':
      return describeStatus(effect);
    case 'lost-answer':
      return `lost-answer, status ${effect.status} ${effect.code} instead`;
    case 'clock-move':
      return `clock moved by ${effect.seconds} s`;
    default:
      return effect.kind;
  }
}

function describeStatus({ status, code, retryAfterSeconds }: Effect & { kind: 'status' }): string {
  const wait = retryAfterSeconds === undefined ? '' : ` with Retry-After ${retryAfterSeconds}`;
  return `status ${status} ${code}${wait}`;
}
