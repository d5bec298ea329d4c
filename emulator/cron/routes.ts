import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Plugin } from '../state.ts';
import { runScheduled } from './runScheduled.ts';
import { toScheduledEvent } from './scheduledEvent.ts';
import { type SchedulerOptions, startScheduler } from './startScheduler.ts';

/** Scheduled runs: when their time has come, and on demand. */
export const cron: FastifyPluginAsync<SchedulerOptions> = async (app, options) => {
  const { state, clock } = options;
  const stop = startScheduler(options);
  app.addHook('preClose', async () => stop());

  app.post<{ Params: { name: string } }>('/emulator/plugins/:name/scheduled-run', async (request, reply) => {
    const { name } = request.params;
    const plugin = state.plugins.get(name) ?? state.plugins.get(name.replace(/^Plugin-/, ''));
    if (!plugin) throw notFound(name);
    if (plugin.config.enabledState !== 'ENABLED') throw disabled(plugin);
    const event = toScheduledEvent(plugin.config.name, clock.now());
    const invoked = await runScheduled(options, plugin, { event, traceId: request.traceId });
    if (!invoked) return reply.code(429).send({ Type: 'User', message: 'Rate Exceeded.' });
    const { outcome, coldStart, ms } = invoked;
    const result = outcome.ok && { result: outcome.result };
    return reply.code(outcome.ok ? 200 : 502).send({ ok: outcome.ok, coldStart, ms, ...result });
  });
};

const notFound = (pluginName: string) =>
  new BiotError({
    status: 404,
    code: 'PLUGIN_NOT_FOUND',
    message: 'Plugin not found',
    details: { pluginName },
  });

const disabled = ({ config: { name: pluginName } }: Plugin) =>
  new BiotError({
    status: 409,
    code: 'PLUGIN_DISABLED',
    message: 'A plugin that is DISABLED has no scheduled runs',
    details: { pluginName },
  });
