import { createEmulatorApi, type EmulatorApi } from '../deploy/emulatorApi.ts';
import { EXIT } from '../deploy/failure.ts';
import type { RecordedEvent } from '../emulator/console/record.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { namePlugins } from './listPlugins.ts';
import { readRecording } from './replay/readRecording.ts';
import { type ReplayResult, replayEvent, toReplayText } from './replay/replayEvent.ts';
import { watch } from './replay/watch.ts';
import type { Output } from './session.ts';

export function addReplay(cli: CommandLine): void {
  addCommand(cli, {
    description: 'send recorded events to their plugins in the local BioT again, freshly signed',
    example: 'biot-plugin replay events.json --watch',
    options: [
      ['--watch', 'again after each deployment, until Ctrl-C'],
      ['--plugin <name>', 'to this plugin (default: the one that got it)'],
    ],
    isEndless: true,
    async run({ settings, isJson, say }, [file = ''], options) {
      const api = createEmulatorApi(settings.baseUrl);
      const events = aimedAt(options.plugin, await readRecording(file));
      const replay = () => replayAll(api, events).catch(namePlugins(api));
      if (!options.watch) return toOutput(await replay());
      const run = async () => print(await replay(), isJson);
      const names = new Set(events.map(({ plugin }) => plugin.replace(/^Plugin-/, '')));
      return watch({ api, plugins: [...names], run, say });
    },
  });
}

const aimedAt = (plugin: string | undefined, events: RecordedEvent[]): RecordedEvent[] =>
  plugin === undefined ? events : events.map((event) => ({ ...event, plugin }));

function toOutput(results: ReplayResult[]): Output {
  const hasFailed = results.some(({ isFailed }) => isFailed);
  return { text: toText(results), json: results, ...(hasFailed && { exitCode: EXIT.pluginFailed }) };
}

const toText = (results: ReplayResult[]): string => results.map(toReplayText).join('\n');

/** One round of many: with `--json` a line. */
const print = (results: ReplayResult[], isJson: boolean): void =>
  void process.stdout.write(`${isJson ? JSON.stringify(results) : toText(results)}\n`);

/** One after another: what an event does may matter to the next. */
async function replayAll(api: EmulatorApi, events: RecordedEvent[]): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  for (const event of events) results.push(await replayEvent(api, event));
  return results;
}
