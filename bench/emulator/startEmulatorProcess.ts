import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Client, openClient, type User } from './client.ts';
import type { Usage } from './emulatorProcess.ts';

export type EmulatorProcess = {
  baseUrl: string;
  client: Client;
  usage(): Promise<Usage>;
  close(): Promise<void>;
};

export async function startEmulatorProcess(): Promise<EmulatorProcess> {
  const execArgv = ['--expose-gc'];
  const child = fork(join(import.meta.dirname, 'emulatorProcess.ts'), [], { execArgv });
  const [ready] = (await once(child, 'message')) as [User];
  const client = await openClient(ready);
  return {
    baseUrl: ready.baseUrl,
    client,
    async usage() {
      child.send('usage');
      const [usage] = (await once(child, 'message')) as [Usage];
      return usage;
    },
    async close() {
      client.close();
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
