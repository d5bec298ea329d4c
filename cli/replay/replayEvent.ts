import type { EmulatorApi } from '../../deploy/emulatorApi.ts';
import type { RecordedEvent } from '../../emulator/console/record.ts';
import type { Replayed } from '../../emulator/console/replay.ts';
import { type Change, changes, toChangeText } from '../trace/changes.ts';

/** What came of sending an event again. `changes` is how the answer differs from the recorded one. */
export type ReplayResult = Replayed & { hook: string; plugin: string; isFailed: boolean; changes: Change[] };

/** Through the same door as BioT, freshly signed. @throws Failure */
export async function replayEvent(api: EmulatorApi, recorded: RecordedEvent): Promise<ReplayResult> {
  const { hook, plugin, event, answer } = recorded;
  const replayed = await api.post<Replayed>('/emulator/replay', { hook, plugin, event });
  const status = 'status' in replayed ? replayed.status : undefined;
  const isFailed = status === undefined || status >= 500;
  const body = 'body' in replayed ? replayed.body : undefined;
  const all = answer
    ? [...changes(answer.status, status, 'status'), ...changes(answer.body, body, 'body')]
    : [];
  const hidden = new Set(answer?.incomparable);
  const told = all.filter(({ path }) => !hidden.has(path) && !/\.(traceId|traceparent)$/.test(path));
  return { hook, plugin, isFailed, changes: told, ...replayed };
}

export function toReplayText(result: ReplayResult): string {
  const { hook, plugin, ms } = result;
  const outcome = 'status' in result ? String(result.status) : `does not answer: ${result.error}`;
  const differences = result.changes.map((change) => `  ~ ${toChangeText(change)}`);
  return [`${hook} ${plugin}: ${outcome}, ${ms} ms${differences.length > 0 ? '' : ', as recorded'}`]
    .concat(differences)
    .join('\n');
}
