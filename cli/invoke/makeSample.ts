import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EmulatorApi } from '../../deploy/emulatorApi.ts';
import { EXIT, Failure } from '../../deploy/failure.ts';
import type { createPluginApi } from '../../deploy/pluginApi.ts';
import type { PluginFile } from '../../deploy/pluginFile.ts';
import { type HookKind, type Occasion, toOccasion } from './hookKinds.ts';
import type { GivenEvent } from './readEventFile.ts';

const PATIENCE_MS = 10_000;
const HOOKS = '/dispatcher/v1/hooks';

type Biot = Parameters<typeof createPluginApi>[0];

export type SampleOptions = { biot: Biot; api: EmulatorApi; file: PluginFile };

/** As `/emulator/samples` says it. */
type Call = { method: string; path: string; body?: unknown };

/**
 * The event that BioT sends for the plugin's first subscription of this kind: it is made to happen, before the plugin
 * is there, and an endpoint of ours takes it. @throws Failure NO_SAMPLE for what cannot be made to happen here
 */
export async function makeSample(options: SampleOptions, hook: HookKind): Promise<GivenEvent> {
  if (hook === 'SCHEDULED' || hook === 'DIRECT') return { hook, body: {} };
  const occasion = toOccasion(hook, options.file);
  const catcher = await startCatcher();
  const subscription = toSubscription(occasion, catcher.url);
  const path = `${HOOKS}/${'type' in occasion ? 'interceptions' : 'notifications'}`;
  try {
    await options.biot.post(`${path}/subscribe`, subscription);
    const refusal = await happen(options, occasion);
    const body = await (refusal === undefined || catcher.hasCaught() ? catcher.caught : noSample(refusal));
    await options.biot.post(`${path}/unsubscribe`, subscription); // or calls of the plugin would find it
    return { hook, body };
  } finally {
    catcher.close();
  }
}

function toSubscription(occasion: Occasion, endpoint: string): object {
  if (!('type' in occasion)) return { ...occasion, endpoint };
  if (occasion.type !== 'ADAPT_ENTITY') return { ...occasion, endpoint };
  return { type: occasion.type, entityName: occasion.entityTypeName, endpoint };
}

/** Undefined, or why the call was refused: because of the endpoint, when that has caught an event. */
async function happen({ biot, api }: SampleOptions, occasion: Occasion): Promise<string | undefined> {
  const { type: _type, ...wanted } = { type: undefined, ...occasion };
  try {
    const { method, path, body } = await api.post<Call>('/emulator/samples', wanted);
    if (path.startsWith('/emulator/')) await api.post(path, body);
    else if (method === 'GET') await biot.get(path);
    else if (method === 'DELETE') await biot.delete(path);
    else if (method === 'PATCH') await biot.patch(path, body);
    else await biot.post(path, body);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** An endpoint that takes one event and refuses it: what would come of it does not matter. */
async function startCatcher() {
  let isCaught = false;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  promise.catch(() => undefined);
  const timer = setTimeout(() => reject(toFailure('nothing came in time')), PATIENCE_MS);
  const server = createServer(async (request, reply) => {
    const body = await text(request);
    isCaught = true;
    resolve(JSON.parse(body));
    reply.writeHead(400, { 'content-type': 'application/json' }).end('{"code":"SAMPLE"}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    caught: promise,
    hasCaught: () => isCaught,
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

function noSample(reason: string): never {
  throw toFailure(reason);
}

const toFailure = (reason: string) =>
  new Failure({
    code: 'NO_SAMPLE',
    exitCode: EXIT.failed,
    message: `No sample of this hook can be made: ${reason}`,
    cure: 'Record an event of a real call (npx biot-plugin record --output FILE), and invoke --event FILE.',
  });
