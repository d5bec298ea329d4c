import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';

export type Answer = { status: number; body: Record<string, unknown>; traceId: string; ms: number };

export type User = { baseUrl: string; username: string; password: string };

/** Calls the local BioT as its user, over connections that stay open. `ms` counts from the call to the last byte. */
export type Client = {
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A new token, as the local BioT's clock is moved past the end of the old one. */
  logIn(): Promise<void>;
  token(): string;
  close(): void;
};

export async function openClient({ baseUrl, username, password }: User): Promise<Client> {
  const agent = new Agent({ keepAlive: true });
  const send = createSender(baseUrl, agent);
  const current = { token: '' };
  const logIn = async () => {
    const { body } = await send('POST', '/ums/v2/users/login', { body: { username, password } });
    current.token = (body.accessJwt as { token: string }).token;
  };
  await logIn();
  return {
    send: (method, path, body) =>
      send(method, path, { token: current.token, ...(body !== undefined && { body }) }),
    logIn,
    token: () => current.token,
    close: () => agent.destroy(),
  };
}

type Sent = { token?: string; body?: unknown };

const createSender =
  (baseUrl: string, agent: Agent) =>
  (method: string, path: string, { token, body }: Sent): Promise<Answer> => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const call = request(baseUrl + path, { method, agent, headers }, async (reply) => {
        const received = reply.statusCode === 204 ? reply.resume() && {} : await json(reply).catch(reject);
        resolve({
          status: reply.statusCode ?? 0,
          body: received as Record<string, unknown>,
          traceId: String(reply.headers.traceparent).split('-')[1] ?? '',
          ms: performance.now() - begun,
        });
      });
      call.on('error', reject).end(text);
    });
  };
