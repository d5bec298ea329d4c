import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { answerErrorsAsBiot } from '../../../emulator/biotError.ts';
import { createInterceptors } from '../../../emulator/dispatcher/interceptors.ts';
import { entities } from '../../../emulator/entities/routes.ts';
import type { Subscription } from '../../../emulator/state.ts';
import { traceCalls } from '../../../emulator/trace.ts';
import { errorBody, newPatient, PATIENTS, sendRaw, TRACEPARENT } from '../../builders/emulator.ts';

const interceptions = [
  ['PRE_REQUEST', { apiId: `POST${PATIENTS}` }],
  ['ADAPT_ENTITY', { entityName: 'patient' }],
  ['POST_REQUEST', { apiId: `POST${PATIENTS}` }],
] as const;

const failures: [string, RequestListener][] = [
  ['breaks the connection', (_request, reply) => void reply.socket?.resetAndDestroy()],
  ['closes it without a word', (_request, reply) => void reply.socket?.destroy()],
  [
    'closes it in the middle of its answer',
    (_request, reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      reply.write('{"request":', () => reply.socket?.destroy());
    },
  ],
  ['says no HTTP', (_request, reply) => void reply.socket?.end('SSH-2.0-OpenSSH_9.6\r\n')],
];

describe('an endpoint that does not answer', () => {
  let server: Server;
  let app: FastifyInstance;
  let baseUrl: string;
  let subscription: Subscription | undefined;
  let listener: RequestListener;

  beforeAll(async () => {
    server = createServer((request, reply) => listener(request, reply));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    app = fastify({ forceCloseConnections: true });
    traceCalls(app);
    answerErrorsAsBiot(app, () => undefined);
    const subscriptions = () => (subscription ? [subscription] : []);
    const state = {
      get subscriptions() {
        return subscriptions();
      },
    };
    await app.register(entities, {
      state: { entities: new Map(), serviceUsers: new Map() },
      verifyToken: () => ({ tokenType: 'USER', sub: 'user-1' }),
      ...createInterceptors({ state, hookToken: () => 'hook-token' }),
      notify: () => undefined,
    });
    baseUrl = await app.listen({ port: 0, host: '127.0.0.1' });
  });

  afterAll(async () => {
    await app.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const subscribe = (type: (typeof interceptions)[number][0], what: object, endpoint: string) => {
    subscription = { id: 's', pluginName: 'p', endpoint, kind: 'interception', type, order: 1, ...what };
  };
  const create = () =>
    sendRaw(baseUrl, PATIENTS, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(newPatient())),
    });
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

  it.each(
    interceptions.flatMap(([type, what]) =>
      failures.map(([name, fails]) => [type, name, what, fails] as const),
    ),
  )("gives the caller, when one of %s %s, BioT's error", async (type, _name, ...[what, fails]) => {
    listener = fails;
    subscribe(type, what, address());

    const answer = await create();

    expect([answer.status, answer.body, answer.headers.traceparent]).toEqual([
      500,
      errorBody('INTERNAL_SERVER_ERROR'),
      TRACEPARENT,
    ]);
  });

  it.each([
    ['nobody listens there', 'http://127.0.0.1:1/hook'],
    ['its name is unknown', 'http://no-such-host.invalid/hook'],
    ['its URL is none', 'not a URL'],
  ])("gives the caller BioT's error when %s", async (_name, endpoint) => {
    subscribe('PRE_REQUEST', { apiId: `POST${PATIENTS}` }, endpoint);

    const answer = await create();

    expect([answer.status, answer.body]).toEqual([500, errorBody('INTERNAL_SERVER_ERROR')]);
  });

  it('is called by POST at its own path and query, with the hook token', async () => {
    const calls: unknown[] = [];
    listener = (request, reply) => {
      const { method, url, headers } = request;
      calls.push({ method, url, hookType: headers.hooktype, authorization: headers.authorization });
      reply.end('{"request":{}}');
    };
    subscribe('PRE_REQUEST', { apiId: `POST${PATIENTS}` }, `${address()}/deep?key=1`);

    const answer = await create();

    expect(answer.status).toBe(201);
    expect(calls).toEqual([
      {
        method: 'POST',
        url: '/hook/deep?key=1',
        hookType: 'INTERCEPTOR_PRE',
        authorization: 'Bearer hook-token',
      },
    ]);
  });
});
