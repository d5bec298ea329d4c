import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { EmulatorProcess } from './startEmulatorProcess.ts';

export const PATIENTS = '/organization/v1/users/patients';

/**
 * What is hooked to the creation of a patient. `times` tells how long the hooks of each trace took themselves, in ms: an
 * endpoint from its code's begin to its end, a function as Lambda counts it.
 */
export type Chain = { times(): Promise<Record<string, number>>; close(): Promise<void> };

const HOOKS = [
  { type: 'PRE_REQUEST', apiId: `POST${PATIENTS}` },
  { type: 'ADAPT_ENTITY', entityTypeName: 'patient' },
  { type: 'POST_REQUEST', apiId: `POST${PATIENTS}` },
];

/** Three deployed plugins, each a process with a Lambda around it. */
export async function deployChain({ baseUrl, client }: EmulatorProcess): Promise<Chain> {
  const code = new Uint8Array(readFileSync(join(import.meta.dirname, 'hook.cjs')));
  const zip = new Blob([
    new Uint8Array(zipSync({ 'index.js': code, 'package.json': new TextEncoder().encode('{}') })),
  ]);
  for (const [index, interception] of HOOKS.entries()) {
    const name = `bench-${index}`;
    const subscriptions = { interceptionOrder: index + 2, interceptions: [interception], notifications: [] };
    const form = new FormData();
    form.append('config', JSON.stringify({ ...config(name), subscriptions }));
    form.append('code', zip, 'plugin.zip');
    const headers = { authorization: `Bearer ${client.token()}` };
    const answer = await fetch(`${baseUrl}/settings/v2/plugins`, { method: 'POST', headers, body: form });
    if (answer.status !== 201) throw new Error(`The plugin was not created: ${await answer.text()}`);
  }
  return { times: () => readDurations(baseUrl), close: async () => undefined };
}

const config = (name: string) => ({
  ...{ name, displayName: name, version: 1, deploymentPackageType: 'ZIP', memorySize: 256, timeout: 10 },
});

/** The same three as endpoints, all in one process without a Lambda. */
export async function subscribeChain({ client }: EmulatorProcess): Promise<Chain> {
  const child = fork(join(import.meta.dirname, 'endpoints.ts'));
  const [port] = (await once(child, 'message')) as [number];
  const endpoint = `http://127.0.0.1:${port}/`;
  for (const [index, { entityTypeName, ...interception }] of HOOKS.entries()) {
    const subscription = {
      ...interception,
      ...(entityTypeName && { entityName: entityTypeName }),
      ...{ endpoint: `${endpoint}${index}`, executionOrder: index + 2 },
    };
    const { status, body } = await client.send(
      'POST',
      '/dispatcher/v1/hooks/interceptions/subscribe',
      subscription,
    );
    if (status !== 201) throw new Error(`Not subscribed: ${JSON.stringify(body)}`);
  }
  return {
    times: async () => (await (await fetch(endpoint)).json()) as Record<string, number>,
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** From the lines that Lambda writes after each event: its Duration has the function and its runtime in it. */
async function readDurations(baseUrl: string): Promise<Record<string, number>> {
  const lines = (await (await fetch(`${baseUrl}/emulator/logs`)).json()) as Line[];
  const sums: Record<string, number> = {};
  for (const { text, traceId } of lines) {
    const duration = /^REPORT .*\tDuration: ([\d.]+) ms/.exec(text)?.[1];
    if (duration && traceId) sums[traceId] = (sums[traceId] ?? 0) + Number(duration);
  }
  return sums;
}

type Line = { text: string; traceId?: string };
