import type { IncomingMessage } from 'node:http';
import type { Budget } from './createBudget.ts';

export type BodyLimits = {
  maxBytes: number;
  /** Of all bodies that are being read; a body counts until it is whole. */
  budget: Budget;
};

/**
 * The whole body, or why there is none. Even then it is read to its end, as a client that is still sending would not
 * see the answer. @throws Error when the client breaks off
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, budget }: BodyLimits,
): Promise<Buffer | 'TOO_LARGE' | 'TOO_MANY'> {
  const chunks: Buffer[] = [];
  let [size, taken, isRefused] = [0, 0, false];
  const drop = () => {
    chunks.length = 0;
    budget.give(taken);
    taken = 0;
  };
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      isRefused ||= size <= maxBytes && !budget.take(chunk.length);
      if (isRefused || size > maxBytes) {
        drop();
        continue;
      }
      taken += chunk.length;
      chunks.push(chunk);
    }
    if (size > maxBytes) return 'TOO_LARGE';
    return isRefused ? 'TOO_MANY' : Buffer.concat(chunks);
  } finally {
    drop();
  }
}
