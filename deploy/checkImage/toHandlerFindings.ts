import type { Finding } from './finding.ts';

/** What was found in the image by importing the handler there. */
export type Answer =
  | { type: string; parameters: number }
  | { error: { name: string; code: string; message: string } }
  | { isOverdue: true }
  | { isFlooding: true }
  | { exitCode: number; lastLine: string };

/** Docker itself could not run it, or this machine cannot run that processor's programs. */
const DOCKER_FAILED = [125, 126];
const NO_EMULATION = /exec format error/;
/** From so many parameters on aws-lambda-ric takes it for one with a callback, which it has given up. */
const CALLBACK_PARAMETERS = 3;
/** Failures that the plugin's own variables or a network would not mend. */
const IN_ITSELF =
  /MODULE_NOT_FOUND|DIR_IMPORT|PATH_NOT_EXPORTED|DLOPEN|REQUIRE|EACCES|EROFS|EPERM|SyntaxError|ReferenceError/;

/** Says of what the import left whether Lambda could call it. */
export function toHandlerFindings(handler: string, answer: Answer): Finding[] {
  if ('isOverdue' in answer) return [overdue(handler)];
  if ('isFlooding' in answer) return [flooding(handler)];
  if ('exitCode' in answer) return [toEnd(handler, answer)];
  if ('error' in answer) return [toImportFailure(handler, answer.error)];
  if (answer.type !== 'function') return [noFunction(handler, answer.type)];
  return answer.parameters >= CALLBACK_PARAMETERS ? [takesCallback(handler, answer.parameters)] : [];
}

function toEnd(handler: string, { exitCode, lastLine }: { exitCode: number; lastLine: string }): Finding {
  if (DOCKER_FAILED.includes(exitCode) || NO_EMULATION.test(lastLine)) return notChecked(handler, lastLine);
  return failed(handler, `the process ended with exit code ${exitCode}${lastLine && `: ${lastLine}`}`);
}

function toImportFailure(handler: string, error: { name: string; code: string; message: string }): Finding {
  const why = `${error.name}: ${error.message.split('\n')[0]}`;
  if (IN_ITSELF.test(`${error.name} ${error.code}`)) return failed(handler, why);
  return {
    code: 'HANDLER_THROWS',
    severity: 'warning',
    message: `The file of CMD’s ${handler} throws when it is imported without network and the plugin’s own variables: ${why}`,
    cure: 'Read variables and call others inside the handler, where a failure can be answered.',
  };
}

const failed = (handler: string, why: string): Finding => ({
  code: 'HANDLER_NOT_LOADED',
  severity: 'error',
  message: `The file of CMD’s ${handler} cannot be imported in the image: ${why}`,
  cure: 'Make sure that all it imports is in the image, for linux/amd64 and readable for all users.',
});

const noFunction = (handler: string, type: string): Finding => ({
  code: 'HANDLER_NO_FUNCTION',
  severity: 'error',
  message: `CMD’s ${handler} is ${type === 'undefined' ? 'not exported' : `of type ${type}`}, and Lambda calls a function`,
  cure: `Export it: export async function ${handler.split('.').at(-1)}(event, context) { … }`,
});

const takesCallback = (handler: string, parameters: number): Finding => ({
  code: 'HANDLER_TAKES_CALLBACK',
  severity: 'error',
  message: `CMD’s ${handler} has ${parameters} parameters, and since Node 24 Lambda refuses handlers with a callback`,
  cure: 'Declare it with (event, context) and return a promise.',
});

const overdue = (handler: string): Finding => ({
  code: 'HANDLER_TOO_SLOW',
  severity: 'error',
  message: `Importing the file of CMD’s ${handler} did not end in time, and Lambda gives it 10 s`,
  cure: 'Wait for nothing outside the handler: no network, no timer, no await that never ends.',
});

const flooding = (handler: string): Finding => ({
  code: 'HANDLER_NOT_CHECKED',
  severity: 'warning',
  message: `CMD’s ${handler} could not be tried out here: while it was imported it printed more than 16 MB`,
  cure: 'Print less outside the handler: on Lambda each line is a record that is paid for.',
});

const notChecked = (handler: string, why: string): Finding => ({
  code: 'HANDLER_NOT_CHECKED',
  severity: 'warning',
  message: `CMD’s ${handler} could not be tried out here: ${why}`,
  cure: 'Check that the engine runs linux/amd64: docker run --rm --platform linux/amd64 busybox true',
});
