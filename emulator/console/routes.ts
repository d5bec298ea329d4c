import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { Clock } from '../clock.ts';
import type { Logs } from '../logs.ts';
import { type InvokeOptions, invokeRoutes } from './invoke.ts';
import { readLogs, streamLogs } from './logs.ts';
import { record } from './record.ts';
import { type ReplayOptions, replay, type ToReplay } from './replay.ts';
import { type SamplesOptions, sampleRoutes } from './samples.ts';
import { toSummary, withLogs } from './traces.ts';

export type ConsoleOptions = ReplayOptions & InvokeOptions & SamplesOptions & { clock: Clock; logs: Logs };

/** The local BioT's own routes, under `/emulator`: BioT has none of them, and they need no token. */
export const consoleRoutes: FastifyPluginAsync<ConsoleOptions> = async (app, options) => {
  const { traces, logs, state, clock } = options;
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
  app.get('/emulator/plugins', async () =>
    [...state.plugins.values()].map(({ config, lastModifiedTime }) => {
      return { name: config.name, version: config.version, lastModifiedTime };
    }),
  );
  app.get<{ Querystring: RecordQuery }>('/emulator/recording', async ({ query }) => {
    const { trace: traceId, last, allowText } = query;
    const choice = { traceId, last: last === undefined ? undefined : toCount(last) };
    return record(traces.list(), { ...choice, allowText: allowText === 'true' }, clock.now());
  });
  app.post<{ Body: ToReplay | null }>('/emulator/replay', async ({ body, traceId }) =>
    replay(options, body ?? {}, traceId),
  );
  await app.register(invokeRoutes, options);
  await app.register(sampleRoutes, options);
};

type RecordQuery = { trace?: string; last?: string; allowText?: string };

function toCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new BiotError({ status: 400, code: 'BAD_REQUEST', message: '"last" must be a number from 1 on' });
}
