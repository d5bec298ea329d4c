import { join } from 'node:path';
import { startEmulator } from '../../emulator/index.ts';

// The local BioT as a process of its own, which tells its parent what it takes. Ends with it.

/** Milliseconds of processor since the start, and bytes after a garbage collection. */
export type Usage = { cpuMs: number; rss: number; heapUsed: number };

const emulator = await startEmulator({
  projectRoot: join(import.meta.dirname, '../..'),
  ...{ port: 0, registryPort: 0, host: '127.0.0.1', launcher: 'process' },
  log: () => undefined,
});
const { baseUrl, username, password } = emulator;

process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ cpuMs: (user + system) / 1000, rss, heapUsed } satisfies Usage);
});
process.on('disconnect', () => void emulator.close().then(() => process.exit()));
process.send?.({ baseUrl, username, password });
