import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { EmulatorProcess } from './startEmulatorProcess.ts';

export const PATIENTS = '/organization/v1/users/patients';

/** What is hooked to the creation of a patient. `times` tells, and forgets, how long each trace's events took inside. */
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
  const urls: string[] = [];
  for (const [index, interception] of HOOKS.entries()) {
    const name = `bench-${index}`;
    const subscriptions = { interceptionOrder: index + 2, interceptions: [interception], notifications: [] };
    const form = new FormData();
    form.append('config', JSON.stringify({ ...config(name), subscriptions }));
    form.append('code', zip, 'plugin.zip');
    const headers = { authorization: `Bearer ${client.token()}` };
    const answer = await fetch(`${baseUrl}/settings/v2/plugins`, { method: 'POST', headers, body: form });
    if (answer.status !== 201) throw new Error(`The plugin was not created: ${await answer.text()}`);
    urls.push(((await answer.json()) as { endpointUrl: string }).endpointUrl);
  }
  return { times: () => readTimes(urls), close: async () => undefined };
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
    times: () => readTimes([endpoint]),
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Each trace's sum over the hooks. Asked of one environment each, so only true where one call came after the other. */
async function readTimes(urls: string[]): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const url of urls) {
    const times = (await (await fetch(url)).json()) as Record<string, number>;
    for (const [traceId, ms] of Object.entries(times)) sums[traceId] = (sums[traceId] ?? 0) + ms;
  }
  return sums;
}
