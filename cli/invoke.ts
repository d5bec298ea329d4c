import { chmod, writeFile } from 'node:fs/promises';
import { EXIT, Failure } from '../deploy/failure.ts';
import { type PluginFile, readPluginFile } from '../deploy/pluginFile.ts';
import { resolveVariables } from '../deploy/resolveVariables.ts';
import type { InvokedEvent } from '../emulator/console/invoke.ts';
import { addCommand, type CommandLine } from './addCommand.ts';
import type { CommandOptions } from './commandSpec.ts';
import { chooseHook, HOOK_KINDS, toHookKind } from './invoke/hookKinds.ts';
import { type EventToInvoke, invokeOnce } from './invoke/invokeOnce.ts';
import { readEventFile } from './invoke/readEventFile.ts';
import { createTimes } from './invoke/times.ts';
import { toOutput } from './invoke/toOutput.ts';
import { toShown } from './invoke/toShown.ts';
import type { Session } from './session.ts';

export function addInvoke(cli: CommandLine): void {
  addCommand(cli, {
    description:
      'bundle the handler and give it one event as Lambda would, with a local BioT of its own to call. ' +
      'Exit code 6 when it crashes, runs out of time, answers 500 or more, or what BioT would not take; 0 for a refusal (4xx).',
    example: 'biot-plugin invoke --hook INTERCEPTOR_PRE --save event.json',
    options: [
      [
        '-e, --event <file>',
        'a Lambda event, or what record saved; - for standard input; tokens are made anew',
      ],
      ['--hook <kind>', `make a sample of ${HOOK_KINDS.join(', ')} (default: the first in plugin.json)`],
      ['--image [ref]', 'run this image (default: the one built last) instead of the bundled source'],
      ['--save <file>', 'save the event without tokens, to be edited and given with --event'],
    ],
    async run(session, _args, { image, save: target, ...options }) {
      const written = await readPluginFile(session.projectRoot, session.environmentName);
      const { file } = resolveVariables(written, session.variables);
      const event = await readEvent(options, file);
      const times = createTimes();
      const step = { title: 'sampleOf' in event ? `Invoking a sample of ${event.sampleOf}` : 'Invoking' };
      const invoked = await session.steps.run(step, () =>
        invokeOnce({ session, file, times, event, ...(image !== undefined && { image }) }),
      );
      if (session.isVerbose) tell(session, invoked, times.toText());
      if (target !== undefined) await save(target, invoked, session);
      return toOutput(session, invoked);
    },
  });
}

async function readEvent({ event, hook }: CommandOptions, file: PluginFile): Promise<EventToInvoke> {
  const kind = hook === undefined ? undefined : toHookKind(hook);
  return event === undefined ? { sampleOf: kind ?? chooseHook(file) } : readEventFile(event, kind);
}

function tell({ say }: Session, { event }: InvokedEvent, times: string): void {
  say(toShown(event));
  say(times);
}

/** For its owner only: it may be made of a recorded one. */
async function save(file: string, { event }: InvokedEvent, { say }: Session): Promise<void> {
  try {
    await writeFile(file, `${toShown(event)}\n`, { mode: 0o600 });
    await chmod(file, 0o600); // of a file that was there the mode stays as it was
  } catch (cause) {
    const message = `${file} could not be written (${(cause as NodeJS.ErrnoException).code})`;
    throw new Failure(
      { code: 'OUTPUT', exitCode: EXIT.failed, message, cure: 'Choose another file.' },
      { cause },
    );
  }
  say(`The event is in ${file}. Next: npx biot-plugin invoke --event ${file}`);
}
