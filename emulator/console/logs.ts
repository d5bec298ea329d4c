import type { FastifyReply } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { LogLine, Logs } from '../logs.ts';
import type { State } from '../state.ts';

export type LogSources = { logs: Logs; state: Pick<State, 'plugins'> };

/**
 * The last lines of a plugin, named with or without `Plugin-`; of all without a name.
 * @throws BiotError 404 PLUGIN_NOT_FOUND when there is none of that name, nor a line of one that was
 */
export function readLogs({ logs, state }: LogSources, named: string | undefined): LogLine[] {
  if (named === undefined) return logs.read();
  const name = withoutPrefix(named);
  const lines = logs.read(name);
  if (lines.length > 0 || state.plugins.has(name)) return lines;
  throw new BiotError({
    status: 404,
    code: 'PLUGIN_NOT_FOUND',
    message: `There is no plugin ${name} here, and there was none`,
    details: { pluginName: name },
  });
}

/** Sends the last lines, and then each as it comes, one JSON object a line, until the caller leaves. */
export function streamLogs(sources: LogSources, named: string | undefined, reply: FastifyReply): void {
  const lines = readLogs(sources, named);
  const name = named === undefined ? undefined : withoutPrefix(named);
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
  reply.raw.flushHeaders();
  const write = (line: LogLine) => void reply.raw.write(`${JSON.stringify(line)}\n`);
  lines.forEach(write);
  const unfollow = sources.logs.follow((line) => {
    if (name === undefined || line.plugin === name) write(line);
  });
  reply.raw.once('close', unfollow);
}

const withoutPrefix = (name: string): string => name.replace(/^Plugin-/, '');
