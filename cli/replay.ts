import { setTimeout as delay } from 'node:timers/promises';
import { createEmulatorApi, type EmulatorApi } from '../deploy/emulatorApi.ts';
import { EXIT } from '../deploy/failure.ts';
import type { RecordedEvent } from '../emulator/console/record.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { readRecording } from './replay/readRecording.ts';
import { type ReplayResult, replayEvent, toReplayText } from './replay/replayEvent.ts';
import type { Session } from './session.ts';

const POLL_MS = 200;

export function addReplay(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'replay <file>',
    summary: 'send recorded events to their plugins in the local BioT again, freshly signed',
    example: 'biot-plugin replay events.json --watch',
    options: [
      ['--watch', 'again after each deployment, until Ctrl-C'],
      ['--plugin <name>', 'to this plugin (default: the one that got it)'],
    ],
    async run(session, [file = ''], { watch, plugin }) {
      const api = createEmulatorApi(session.settings.baseUrl);
      const recorded = await readRecording(file);
      const events = plugin === undefined ? recorded : recorded.map((event) => ({ ...event, plugin }));
      if (watch) return repeat(session, api, events);
      const results = await replayAll(api, events);
      if (results.some(({ isFailed }) => isFailed)) process.exitCode = EXIT.pluginFailed;
      return { text: results.map(toReplayText).join('\n'), json: results };
    },
  });
}

/** One after another: what an event does may matter to the next. */
async function replayAll(api: EmulatorApi, events: RecordedEvent[]): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  for (const event of events) results.push(await replayEvent(api, event));
  return results;
}

async function repeat({ isJson, say }: Session, api: EmulatorApi, events: RecordedEvent[]): Promise<never> {
  for (;;) {
    const before = await readDeployment(api, events);
    const results = await replayAll(api, events);
    process.stdout.write(`${isJson ? JSON.stringify(results) : results.map(toReplayText).join('\n')}\n`);
    say('Waiting for a deployment; Ctrl-C ends it.');
    while ((await readDeployment(api, events)) === before) await delay(POLL_MS);
  }
}

type Deployed = { name: string; version: number; lastModifiedTime: string };

/** Another text after each deployment of one of the plugins. */
async function readDeployment(api: EmulatorApi, events: RecordedEvent[]): Promise<string> {
  const names = new Set(events.map(({ plugin }) => plugin.replace(/^Plugin-/, '')));
  const deployed = await api.get<Deployed[]>('/emulator/plugins');
  return JSON.stringify(deployed.filter(({ name }) => names.has(name)));
}
