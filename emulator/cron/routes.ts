import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Plugin, State } from '../state.ts';

export type CronOptions = {
  state: Pick<State, 'plugins'>;
  invoke(
    plugin: Plugin,
    event: string,
    ids: { requestId: string; traceId: string },
  ): Promise<{ outcome: { ok: boolean; result?: string }; coldStart: boolean; ms: number } | undefined>;
};

/** Scheduled runs on demand: the raw EventBridge event, as a plugin with a `cronSchedule` gets it. */
export const cron: FastifyPluginAsync<CronOptions> = async (app, { state, invoke }) => {
  app.post<{ Params: { name: string } }>('/emulator/plugins/:name/scheduled-run', async (request, reply) => {
    const { name } = request.params;
    const plugin = state.plugins.get(name) ?? state.plugins.get(name.replace(/^Plugin-/, ''));
    if (!plugin) throw notFound(name);
    const event = JSON.stringify(toScheduledEvent(plugin.config.name, new Date()));
    const invoked = await invoke(plugin, event, { requestId: randomUUID(), traceId: request.traceId });
    if (!invoked) return reply.code(429).send({ Type: 'User', message: 'Rate Exceeded.' });
    const { outcome, coldStart, ms } = invoked;
    return reply.code(outcome.ok ? 200 : 502).send({ ok: outcome.ok, coldStart, ms, result: outcome.result });
  });
};

const notFound = (pluginName: string) =>
  new BiotError({
    status: 404,
    code: 'PLUGIN_NOT_FOUND',
    message: 'Plugin not found',
    details: { pluginName },
  });

/** As a real one was captured: no headers, no body, no token. */
export function toScheduledEvent(pluginName: string, now: Date): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [`arn:aws:events:us-east-1:000000000000:rule/Plugin-${pluginName}-Schedule`],
    detail: {},
  };
}
