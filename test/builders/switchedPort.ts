import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to who connects: all goes to the target; nothing is said; the connection breaks; the end is said at once. */
export type PortMode = 'forward' | 'silent' | 'reset' | 'end';

export type SwitchedPort = {
  port: number;
  set(mode: PortMode): void;
  /** Nobody listens any more, until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
};

/** A port before another one of this machine that can go wrong before a byte of HTTP is said. */
export async function startSwitchedPort(targetPort: number): Promise<SwitchedPort> {
  let mode: PortMode = 'forward';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket =>
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  const server = createServer((socket) => {
    sockets.add(keep(socket));
    if (mode === 'reset') socket.resetAndDestroy();
    if (mode === 'end') socket.end();
    if (mode !== 'forward') return;
    const target = keep(connect(targetPort, '127.0.0.1'));
    sockets.add(target);
    socket.pipe(target).pipe(socket);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    port,
    set(next) {
      mode = next;
    },
    shut: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
    open: () => listen(port),
  };
}
