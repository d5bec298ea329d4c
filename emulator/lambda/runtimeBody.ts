import type { IncomingMessage } from 'node:http';

/** Of a function's answer: 6 MiB and the 100 bytes of its envelope. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Undefined when it is too large; it is read to its end all the same. Rejects when it breaks off. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk);
  }
  return size > MAX_RESPONSE_BYTES ? undefined : Buffer.concat(chunks).toString();
}
