import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import { BiotError } from '../biotError.ts';
import type { LogLine, Logs } from '../logs.ts';
import { randomHex } from '../randomHex.ts';
import type { Plugin, State } from '../state.ts';
import { type Fields, readEvent, type Tokens, withFreshTokens } from './freshTokens.ts';
import { keepEntities } from './keepEntities.ts';
import type { HookType, ReplayOptions } from './replay.ts';

const LINES_PATIENCE_MS = 1000;

type Ids = { requestId: string; traceId: string };

type Outcome = { ok: true; result: string } | { ok: false; payload: string };

export type InvokeOptions = Tokens & {
  state: Pick<State, 'plugins' | 'entitiesOf'>;
  logs: Logs;
  toHookHeaders: ReplayOptions['toHookHeaders'];
  /** Undefined when all environments of the plugin are busy. */
  invoke(
    plugin: Plugin,
    event: string,
    ids: Ids,
  ): Promise<{ outcome: Outcome; coldStart: boolean; ms: number } | undefined>;
  /** The event of a POST to the plugin's function URL. */
  toUrlEvent(plugin: Plugin, request: Ids & { headers: Record<string, string>; body: string }): object;
  toScheduledEvent(plugin: Plugin): object;
  /** What the function URL would answer. */
  toUrlAnswer(outcome: Outcome): { status: number; body: Buffer };
  /** What is wrong with an interceptor's answer, for a sentence that begins with who answered. */
  findFault(hook: HookType, sent: Fields, body: Buffer): string | undefined;
};

/** `event` is Lambda's own, or without it the `hook`'s is made, with this `body`. */
export type ToInvoke = { plugin?: unknown; hook?: unknown; event?: unknown; body?: unknown };

/** `answer` is what the handler returned, or Lambda's report of its failure; `event` without its tokens stands before. */
export type InvokedEvent = {
  ok: boolean;
  answer: unknown;
  /** Of the function URL. */
  statusCode: number;
  /** What BioT would not take of the answer. */
  fault?: string;
  coldStart: boolean;
  /** As the caller waited, a cold start included. */
  ms: number;
  logs: LogLine[];
  event: unknown;
};

/** One event for a plugin, past its function URL, and all that came of it. */
export const invokeRoutes: FastifyPluginAsync<InvokeOptions> = async (app, options) => {
  app.post<{ Body: ToInvoke | null }>('/emulator/invoke', async ({ body, traceId }) => {
    const { plugin: named, ...sent } = body ?? {};
    const plugin = options.state.plugins.get(String(named).replace(/^Plugin-/, ''));
    if (!plugin) throw notFound(named);
    const ids = { requestId: randomUUID(), traceId };
    const event = withFreshTokens(
      options,
      'event' in sent ? sent.event : makeEvent(options, plugin, { ...sent, ...ids }),
    );
    return run(options, plugin, { event, ids });
  });
};

function makeEvent(options: InvokeOptions, plugin: Plugin, { hook, body, ...ids }: ToInvoke & Ids): object {
  if (hook === 'SCHEDULED') return options.toScheduledEvent(plugin);
  const text = JSON.stringify(body ?? {});
  const head = { hookType: hook as HookType, traceId: ids.traceId, spanId: randomHex(8) };
  const headers = options.toHookHeaders(head);
  const { hooktype, ...direct } = headers;
  const length = { 'content-length': String(Buffer.byteLength(text)) };
  const all = { ...direct, ...(hook !== 'DIRECT' && hooktype && { hooktype }), ...length };
  return options.toUrlEvent(plugin, { ...ids, headers: all, body: text });
}

async function run(
  options: InvokeOptions,
  plugin: Plugin,
  { event, ids }: { event: unknown; ids: Ids },
): Promise<InvokedEvent> {
  const read = readEvent(event);
  keepEntities(options.state, read);
  const collected = collectLines(options.logs, plugin.config.name, ids.requestId);
  const invoked = await options.invoke(plugin, JSON.stringify(event), ids);
  if (!invoked) throw new BiotError({ status: 409, code: 'THROTTLED', message: 'The plugin is busy' });
  const { outcome, coldStart, ms } = invoked;
  const logs = await collected.end();

  const { status: statusCode, body } = options.toUrlAnswer(outcome);
  const { hook, body: sent = {} } = read;
  const isJudged = outcome.ok && hook && hook !== 'NOTIFICATION' && statusCode < 300;
  const fault = isJudged ? options.findFault(hook, sent, body) : undefined;
  const answer = parse(outcome.ok ? outcome.result : outcome.payload);
  const told = { ok: outcome.ok, answer, statusCode, ...(fault !== undefined && { fault }) };
  return { ...told, coldStart, ms: Math.round(ms * 10) / 10, logs, event };
}

/** What the function, and Lambda about it, writes from now on; `end` waits for the last line, REPORT. */
function collectLines(logs: Logs, plugin: string, requestId: string) {
  const lines: LogLine[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const stop = logs.follow((line) => {
    if (line.plugin !== plugin || (line.requestId ?? requestId) !== requestId) return;
    lines.push(line);
    if (line.text.startsWith('REPORT ')) resolve();
  });
  return {
    async end() {
      const timer = setTimeout(resolve, LINES_PATIENCE_MS); // it may go on after its answer
      await ended;
      clearTimeout(timer);
      stop();
      return lines;
    },
  };
}

/** A runtime may post anything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const notFound = (name: unknown) =>
  new BiotError({ status: 404, code: 'PLUGIN_NOT_FOUND', message: `There is no plugin ${name} here` });
