import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Logs } from '../logs.ts';
import type { State } from '../state.ts';
import type { Traces } from '../traces.ts';
import { readLogs, streamLogs } from './logs.ts';
import { toSummary, withLogs } from './traces.ts';

export type ConsoleOptions = { state: Pick<State, 'plugins'>; logs: Logs; traces: Traces };

/** The local BioT's own routes, under `/emulator`: BioT has none of them, and they need no token. */
export const consoleRoutes: FastifyPluginAsync<ConsoleOptions> = async (app, options) => {
  const { traces, logs } = options;
  app.get('/emulator/traces', async () => traces.list().map(toSummary));
  app.get<{ Params: { id: string } }>('/emulator/traces/:id', async ({ params }) => {
    const trace = traces.find(params.id);
    if (trace) return withLogs(trace, logs.read());
    throw new BiotError({ status: 404, code: 'NOT_FOUND', message: `There is no trace ${params.id} here` });
  });
  app.get<{ Querystring: { plugin?: string; follow?: string } }>(
    '/emulator/logs',
    async ({ query }, reply) => {
      if (query.follow === 'true') return streamLogs(options, query.plugin, reply);
      return readLogs(options, query.plugin);
    },
  );
};
