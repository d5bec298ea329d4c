import { readFile } from 'node:fs/promises';
import { EXIT, Failure } from '../../deploy/failure.ts';
import type { RecordedEvent, Recording } from '../../emulator/console/record.ts';
import { readStdin } from '../prompt.ts';
import { HOOK_KINDS, type HookKind } from './hookKinds.ts';

/** An event as Lambda gets it, or what BioT says in a hook's: the rest is made around it. */
export type GivenEvent = { event: unknown } | { hook: HookKind; body: unknown };

/**
 * A Lambda event, what `record` saved (the first event of the hook, if one is named), or with a hook the body of one.
 * @throws Failure INVALID_EVENT
 */
export async function readEventFile(source: string, hook: HookKind | undefined): Promise<GivenEvent> {
  const name = source === '-' ? 'Standard input' : source;
  const value = parse(source === '-' ? await readStdin() : await read(source), name);
  const { format, events, headers } = Object(value) as Partial<Recording> & { headers?: unknown };
  if (format !== undefined && Array.isArray(events)) return choose(events, { name, hook });
  const isBody = hook !== undefined && hook !== 'SCHEDULED' && headers === undefined;
  return isBody ? { hook, body: value } : { event: withTextBody(value) };
}

/** A call's body is a text; `--save` writes it as an object, to be edited. */
function withTextBody(event: unknown): unknown {
  const { headers, body } = Object(event) as { headers?: unknown; body?: unknown };
  const isCall = typeof headers === 'object' && typeof body === 'object' && body !== null;
  return isCall ? { ...Object(event), body: JSON.stringify(body), isBase64Encoded: false } : event;
}

function choose(events: unknown[], { name, hook }: { name: string; hook: HookKind | undefined }): GivenEvent {
  const chosen = events.find(
    (event): event is Chosen => isChosen(event) && (hook === undefined || event.hook === hook),
  );
  if (!chosen) throw invalid(`${name} holds no recorded event${hook ? ` of ${hook}` : ''}`);
  return chosen.hook === 'SCHEDULED' ? { event: chosen.event } : { hook: chosen.hook, body: chosen.event };
}

type Chosen = Pick<RecordedEvent, 'event'> & { hook: HookKind };

/** Anybody may have written the file. */
const isChosen = (event: unknown): event is Chosen =>
  HOOK_KINDS.some((kind) => kind === (Object(event) as Partial<Chosen>).hook);

const read = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalid(`${path} could not be read (${cause.code})`);
  });

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // biome-ignore lint/style/useErrorCause: the parser's message quotes the text, and the text may be personal
    throw invalid(`${name} is not JSON`);
  }
}

const invalid = (message: string) =>
  new Failure({
    code: 'INVALID_EVENT',
    exitCode: EXIT.usage,
    message,
    cure: 'Make one with npx biot-plugin invoke --hook KIND --save FILE, or with npx biot-plugin record.',
  });
