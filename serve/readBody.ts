import type { IncomingMessage } from 'node:http';

/**
 * The whole body; undefined when it is larger than that. Even then it is read to its end, as a client that is still
 * sending would not see the answer. @throws Error when the client breaks off
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}
