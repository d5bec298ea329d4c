import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createEmulatorApi } from '../deploy/emulatorApi.ts';
import { readPluginFile } from '../deploy/pluginFile.ts';
import type { LogLine } from '../emulator/logs.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { Session } from './session.ts';

export function addLogs(cli: CommandLine): void {
  addCommand(cli, {
    usage: 'logs [name]',
    summary: 'show what a plugin and Lambda wrote in the local BioT; the plugin of plugin.json by default',
    example: 'biot-plugin logs --follow',
    options: [['-f, --follow', 'go on with each line as it comes, until Ctrl-C']],
    async run(session, [name], options) {
      const api = createEmulatorApi(session.settings.baseUrl);
      const plugin = name ?? (await readPluginFile(session.projectRoot)).name;
      const path = `/emulator/logs?plugin=${encodeURIComponent(plugin)}`;
      const lines = await api.get<LogLine[]>(path);
      if (!options.follow) return { text: lines.map(({ text }) => text).join('\n'), json: lines };
      await follow(session, `${session.settings.baseUrl}${path}&follow=true`);
      return undefined;
    },
  });
}

/** Each line as it comes, until Ctrl-C or until the local BioT ends. */
async function follow({ isJson, say }: Session, url: string): Promise<void> {
  const answer = await fetch(url);
  const stream = Readable.fromWeb(answer.body as ReadableStream);
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    process.stdout.write(`${isJson ? line : (JSON.parse(line) as LogLine).text}\n`);
  });
  stream.once('error', () => lines.close()); // killed
  await once(lines, 'close');
  say('The local BioT has ended.');
}
