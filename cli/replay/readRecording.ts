import { readFile } from 'node:fs/promises';
import { EXIT, Failure } from '../../deploy/failure.ts';
import type { RecordedEvent, Recording } from '../../emulator/console/record.ts';

/** @throws Failure when it is no file that `biot-plugin record` wrote */
export async function readRecording(path: string): Promise<RecordedEvent[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${path} could not be read (${cause.code})`);
  });
  const { format, events } = Object(parse(path, text)) as Partial<Recording>;
  if (format !== 'biot-plugin-events/1' || !Array.isArray(events) || events.length === 0)
    throw invalid(`${path} holds no recorded events`);
  return events;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // biome-ignore lint/style/useErrorCause: the parser's message quotes the text, and the text may be personal
    throw invalid(`${path} is not JSON`);
  }
}

const invalid = (message: string) =>
  new Failure({
    code: 'INVALID_RECORDING',
    exitCode: EXIT.usage,
    message,
    cure: 'Make one with npx biot-plugin record --output FILE.',
  });
