import type { EmulatorApi } from '../../deploy/emulatorApi.ts';
import type { RecordedEvent } from '../../emulator/console/record.ts';
import type { Replayed } from '../../emulator/console/replay.ts';
import { type Change, changes, toChangeText } from '../trace/changes.ts';

export type ReplayResult = Replayed & {
  hook: string;
  plugin: string;
  isFailed: boolean;
  /** How the answer differs from the recorded one. */
  changes: Change[];
  /** Where that cannot be told: a pseudonym was recorded for what the plugin did not find in the event. */
  notCompared: string[];
};

/** What came of sending an event again: through the same door as BioT, freshly signed. @throws Failure */
export async function replayEvent(api: EmulatorApi, recorded: RecordedEvent): Promise<ReplayResult> {
  const { hook, plugin, event, answer } = recorded;
  const replayed = await api.post<Replayed>('/emulator/replay', { hook, plugin, event });
  const status = 'status' in replayed ? replayed.status : undefined;
  const isFailed = status === undefined || status >= 500;
  const body = 'body' in replayed ? replayed.body : undefined;
  const all = answer
    ? [...changes(answer.status, status, 'status'), ...changes(answer.body, body, 'body')]
    : [];
  const { incomparable: notCompared = [] } = answer ?? {};
  const hidden = new Set(notCompared);
  const told = all.filter(({ path }) => !hidden.has(path) && !/\.(traceId|traceparent)$/.test(path));
  return { hook, plugin, isFailed, changes: told, notCompared, ...replayed };
}

export function toReplayText(result: ReplayResult): string {
  const { hook, plugin, ms } = result;
  const outcome = 'status' in result ? String(result.status) : `does not answer: ${result.error}`;
  const differences = result.changes.map((change) => `  ~ ${toChangeText(change)}`);
  const judged = differences.length > 0 ? '' : ', as recorded';
  return [`${hook} ${plugin}: ${outcome}, ${ms} ms${judged}${toGap(result)}`, ...differences].join('\n');
}

function toGap({ notCompared }: ReplayResult): string {
  const [first, ...others] = notCompared;
  if (first === undefined) return '';
  const more = others.length > 0 ? ` and ${others.length} more (--json names them)` : '';
  return `; a pseudonym, so not compared: ${first}${more}`;
}
