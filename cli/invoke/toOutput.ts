import { EXIT, Failure } from '../../deploy/failure.ts';
import type { InvokedEvent } from '../../emulator/console/invoke.ts';
import { withoutDirective } from '../../emulator/withoutDirective.ts';
import type { Output, Session } from '../session.ts';
import { toShown } from './toShown.ts';

/**
 * The answer, for people with its body parsed and without tokens, with `--json` as the handler returned it; what was
 * written, and how it went, to standard error.
 */
export function toOutput({ isJson, say }: Session, invoked: InvokedEvent): Output {
  const { answer, ok, statusCode, ms, coldStart, logs } = invoked;
  const failure = judge(invoked);
  if (!isJson)
    [...logs.map(({ text }) => withoutDirective(text)), ...toSummary(invoked, failure)].forEach(say);
  return {
    text: toShown(answer),
    json: { answer, ...(ok && { statusCode }), ms, coldStart, logs, ...(failure && toErrorField(failure)) },
    ...(failure && { exitCode: failure.exitCode }),
  };
}

function toSummary({ ok, statusCode, ms, coldStart }: InvokedEvent, failure: Failure | undefined): string[] {
  const outcome = ok ? `Answered ${statusCode}` : 'Failed';
  const told = `${outcome} after ${ms} ms${coldStart ? ', a cold start' : ''}`;
  return failure ? [told, `Error: ${failure.message}\n       ${failure.cure}`] : [told];
}

const toErrorField = ({ code, message, cure, exitCode }: Failure) => ({
  error: { code, message, cure, exitCode },
});

/** A refusal (4xx) is the plugin's right: it is what a caller would see. */
function judge({ ok, answer, statusCode, fault }: InvokedEvent): Failure | undefined {
  if (!ok) return crashed(answer);
  if (statusCode >= 500) return failed('PLUGIN_ANSWERED_ERROR', `The plugin answered ${statusCode}`, SEE_LOG);
  if (fault === undefined) return undefined;
  const cure = 'See how src/ makes its answer: response.ts in the hook’s folder.';
  return failed('WRONG_ANSWER', `BioT would not take it: the plugin answered ${fault}`, cure);
}

const SEE_LOG = 'What it wrote stands above; with --json in "logs".';

function crashed(answer: unknown): Failure {
  const { errorType, errorMessage } = Object(answer) as { errorType?: string; errorMessage?: string };
  const told = [errorType, errorMessage?.replace(/^RequestId: \S+ Error: /, '')].filter(Boolean).join(': ');
  return failed('PLUGIN_CRASHED', `The plugin did not answer: ${told}`, SEE_LOG);
}

const failed = (code: string, message: string, cure: string) =>
  new Failure({ code, exitCode: EXIT.pluginFailed, message, cure });
