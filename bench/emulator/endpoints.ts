import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Answer = { statusCode: number; headers: Record<string, string>; body: string };
type Hook = { handler(event: { headers: IncomingHttpHeaders; body: string }): Promise<Answer> };

// The hook behind an endpoint, as a process of its own. Ends with its parent.

const { handler } = createRequire(import.meta.url)('./hook.cjs') as Hook;
const server = createServer(async (request, reply) => {
  const body = await text(request);
  const answer = await handler({ headers: request.headers, body });
  reply.writeHead(answer.statusCode, answer.headers).end(answer.body);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
