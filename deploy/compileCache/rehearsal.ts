import { generateKeyPairSync } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lambda's Runtime API with these events, and BioT's keys and login, on one port of this machine. */
export type Rehearsal = {
  /** `host:port` */
  address: string;
  /** How many events were answered so far. */
  answered(): number;
  close(): void;
};

/** When all events are answered the runtime finds no Runtime API any more, and ends. */
export async function startRehearsal(events: object[]): Promise<Rehearsal> {
  const left = [...events];
  let answered = 0;
  const routes: Record<string, (response: ServerResponse) => void> = {
    'public-key': (response) => sendJson(response, { publicKey }),
    accessToken: (response) => sendJson(response, LOGIN),
    next: (response) => giveEvent(response, left.shift()),
    response(response) {
      answered++;
      sendJson(response, {});
    },
  };
  const publicKey = createPublicKey();
  const server = createServer((request, response) => {
    const route = routes[request.url?.split('/').at(-1) ?? ''] ?? end;
    request.resume().on('end', () => route(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered: () => answered,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const LOGIN = { accessToken: 'rehearsal', accessTokenExpiration: '2100-01-01T00:00:00.000Z' };

const createPublicKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function giveEvent(response: ServerResponse, event: object | undefined): void {
  if (!event) {
    end(response);
    return;
  }
  response.setHeader('lambda-runtime-aws-request-id', 'rehearsal');
  response.setHeader('lambda-runtime-deadline-ms', Date.now() + 10_000);
  sendJson(response, event);
}

const end = (response: ServerResponse): void => void response.socket?.destroy();
