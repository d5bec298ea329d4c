import { readFile } from 'node:fs/promises';
import { createEmulatorApi } from '../deploy/emulatorApi.ts';
import { EXIT, Failure } from '../deploy/failure.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import { readStdin } from './prompt.ts';

type Triggered = { traceId: string; entityTypeName: string; actionName: string; subscribers: string[] };

export function addTrigger(cli: CommandLine): void {
  addCommand(cli, {
    example: 'biot-plugin trigger patient _login',
    options: [
      ['--id <id>', 'the entity it happens to (default: the newest, or one that is made up)'],
      ['--data <file>', 'the entity itself as JSON, or - for standard input'],
    ],
    async run({ settings, say }, [entityTypeName, actionName], { id, data }) {
      const entity = data === undefined ? undefined : await readEntity(data);
      const triggered = await createEmulatorApi(settings.baseUrl).post<Triggered>('/emulator/trigger', {
        entityTypeName,
        actionName,
        ...(id !== undefined && { id }),
        ...(entity !== undefined && { entity }),
      });
      if (triggered.subscribers.length > 0) say(`Next: npx biot-plugin trace ${triggered.traceId}`);
      return { text: toText(triggered), json: triggered };
    },
  });
}

async function readEntity(file: string): Promise<unknown> {
  const name = file === '-' ? 'Standard input' : file;
  try {
    return JSON.parse(file === '-' ? await readStdin() : await readFile(file, 'utf8'));
  } catch (cause) {
    const refusal = {
      code: 'INVALID_DATA',
      message: `${name} cannot be read as JSON`,
      cure: 'Give --data a file with the entity as one JSON object.',
      exitCode: EXIT.usage,
    };
    throw new Failure(refusal, { cause });
  }
}

function toText({ entityTypeName, actionName, subscribers }: Triggered): string {
  const what = `${entityTypeName} ${actionName}`;
  if (subscribers.length === 0) return `Nobody subscribes to ${what}`;
  return `${what} told to ${subscribers.join(', ')}`;
}
