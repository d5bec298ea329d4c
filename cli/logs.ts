import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import axios from 'axios';
import { createEmulatorApi, hasEnded } from '../deploy/emulatorApi.ts';
import { readPluginIdentity } from '../deploy/pluginFile.ts';
import type { LogLine } from '../emulator/logs.ts';
import { withoutDirective } from '../emulator/withoutDirective.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { namePlugins } from './listPlugins.ts';
import type { Session } from './session.ts';

export function addLogs(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'show what a plugin and Lambda wrote in the local BioT; the plugin of plugin.json by default',
    example: 'biot-plugin logs --follow',
    options: [['-f, --follow', 'go on with each line as it comes, until Ctrl-C']],
    isEndless: true,
    async run(session, [name], options) {
      const api = createEmulatorApi(session.settings.baseUrl);
      const plugin = name ?? (await readPluginIdentity(session.projectRoot, session.environmentName)).name;
      const path = `/emulator/logs?plugin=${encodeURIComponent(plugin)}`;
      const lines = await api.get<LogLine[]>(path).catch(namePlugins(api));
      if (!options.follow)
        return { text: lines.map(({ text }) => withoutDirective(text)).join('\n'), json: lines };
      return follow(session, `${session.settings.baseUrl}${path}&follow=true`);
    },
  });
}

/** Each line as it comes, until Ctrl-C. @throws Failure EMULATOR_ENDED when the local BioT ends */
async function follow({ isJson }: Session, url: string): Promise<never> {
  try {
    const answer = await axios.get<Readable>(url, { responseType: 'stream', proxy: false });
    for await (const line of createInterface({ input: answer.data }))
      process.stdout.write(`${isJson ? line : withoutDirective((JSON.parse(line) as LogLine).text)}\n`);
  } catch (error) {
    throw hasEnded(error); // it was killed
  }
  throw hasEnded();
}
