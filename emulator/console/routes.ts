import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { Logs } from '../logs.ts';
import type { Traces } from '../traces.ts';

export type ConsoleOptions = { clock: Clock; logs: Logs; traces: Traces };

/** The local BioT's own routes, under `/emulator`: BioT has none of them, and they need no token. */
export const consoleRoutes: FastifyPluginAsync<ConsoleOptions> = async (app, { traces }) => {
  app.get('/emulator/traces', async () =>
    traces.list().map(({ traceId, startedAt, spans }) => ({ traceId, startedAt, name: spans[0]?.name })),
  );
  app.get<{ Params: { id: string } }>('/emulator/traces/:id', async ({ params }) => {
    const trace = traces.find(params.id);
    if (trace) return trace;
    throw new BiotError({ status: 404, code: 'NOT_FOUND', message: `There is no trace ${params.id} here` });
  });
};
