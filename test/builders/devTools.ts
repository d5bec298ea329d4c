import { setTimeout as sleep } from 'node:timers/promises';

type Json = Record<string, unknown>;

const TIME_MS = 60_000;
const PAUSE_MS = 20;

/** A session over the Chrome DevTools protocol with a Node process. */
export type DevTools = {
  /** @throws Error when the process ends instead of answering */
  send(method: string, params?: Json): Promise<Json>;
  on(method: string, listener: (params: Json) => void): void;
  /** Resolves when the process has ended. */
  closed: Promise<void>;
  close(): void;
};

/** With the process that listens on this machine's port, as soon as it does. @throws Error when none does in a minute */
export async function openDevTools(port: number): Promise<DevTools> {
  const socket = new WebSocket(await findTarget(port));
  const answers = new Map<number, (result: Json) => void>();
  const listeners = new Map<string, (params: Json) => void>();
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data));
    if (method) listeners.get(method)?.(params);
    else answers.get(id)?.(result ?? { error });
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const ended = closed.then(() => {
    throw new Error('The process ended, or let the debugger go');
  });
  ended.catch(() => undefined); // whoever waits for an answer hears of it
  let count = 0;
  return {
    closed,
    close: () => socket.close(),
    on: (method, listener) => void listeners.set(method, listener),
    send(method, params = {}) {
      const id = ++count;
      const answer = new Promise<Json>((resolve) => answers.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params }));
      return Promise.race([answer, ended]);
    },
  };
}

async function findTarget(port: number): Promise<string> {
  const end = Date.now() + TIME_MS;
  while (Date.now() < end) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined);
    const [target] = ((await answer?.json()) ?? []) as { webSocketDebuggerUrl: string }[];
    if (target) return target.webSocketDebuggerUrl;
    await sleep(PAUSE_MS);
  }
  throw new Error(`No Node process could be attached to on port ${port} within ${TIME_MS} ms`);
}
