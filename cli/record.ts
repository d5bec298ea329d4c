import { writeFile } from 'node:fs/promises';
import { createEmulatorApi, cureWith, type EmulatorApi } from '../deploy/emulatorApi.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import type { Recording } from '../emulator/console/record.ts';
import type { TraceSummary } from '../emulator/console/traces.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { CommandOptions } from './commandSpec.ts';
import type { Output, Session } from './session.ts';

export function addRecord(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'save the events of the last API call that reached a plugin of the local BioT, without personal data',
    example: 'biot-plugin record --output events.json',
    options: [
      ['--output <file>', 'where to save them (default: standard output)'],
      ['--trace <id>', 'those of this API call'],
      ['--last <number>', 'the last so many, of any call'],
      ['--allow-text', 'keep text of which nobody knows whether it is personal'],
    ],
    async run({ settings, say }, _args, options) {
      const api = createEmulatorApi(settings.baseUrl);
      const cure = cureWith({ NOT_FOUND: options.trace === undefined ? CALL_ONE : WHICH_TRACE });
      const path = `/emulator/recording?${toQuery(options)}`;
      const recording = await api.get<Recording>(path).catch(explain).catch(cure);
      await tellCalls(api, recording, say);
      return save(recording, { file: options.output, say });
    },
  });
}

const CALL_ONE = 'Create the plugin and call an API that it is subscribed to.';
const WHICH_TRACE =
  'The id is the second part of the traceparent header; without --trace it is the last call that reached a plugin.';

async function tellCalls(api: EmulatorApi, { traceIds }: Recording, say: Session['say']): Promise<void> {
  const traces = await api.get<TraceSummary[]>('/emulator/traces');
  for (const { name, traceId } of traces.filter((trace) => traceIds.includes(trace.traceId)))
    say(`Of ${name}, trace ${traceId}`);
}

function toQuery({ trace, last, allowText }: CommandOptions): URLSearchParams {
  return new URLSearchParams({
    ...(trace && { trace }),
    ...(last !== undefined && { last }),
    ...(allowText && { allowText: 'true' }),
  });
}

function explain(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'FREE_TEXT') throw error;
  const { code, message } = error;
  const cure = 'If none of it is personal, run it again with --allow-text. Nothing was saved.';
  throw new Failure({ code, message, cure, exitCode: EXIT.failed }, { cause: error });
}

type Target = { file: string | undefined; say(line: string): void };

/** For its owner only: a pseudonym may yet say something to who knows the person. */
async function save(recording: Recording, { file, say }: Target): Promise<Output> {
  const text = JSON.stringify(recording, null, 2);
  if (file === undefined) return { text, json: recording };
  await writeFile(file, `${text}\n`, { mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    const message = `${file} could not be written (${cause.code})`;
    throw new Failure({ code: 'OUTPUT', exitCode: EXIT.failed, message, cure: 'Choose another file.' });
  });
  const events = recording.events.length;
  say(`Next: npx biot-plugin replay ${file}`);
  return {
    text: `${events} ${events === 1 ? 'event is' : 'events are'} in ${file}`,
    json: { output: file, events },
  };
}
