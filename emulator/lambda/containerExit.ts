import type { Exit } from './sandbox.ts';

/** Of the engine's `State` of a container. */
export type ContainerState = { ExitCode: number; OOMKilled: boolean; Error: string };

/** What an image says of how it is started. */
export type ImageCommand = { Entrypoint: string[] | null; Cmd: string[] | null; WorkingDir: string };

/**
 * How a container ended, as Lambda would say it. `lastWords` is what was written of a program that could not be run:
 * the container is there by then, so it does not stand in its state.
 */
export function toExit({ ExitCode, OOMKilled, Error: error }: ContainerState, lastWords?: string): Exit {
  if (OOMKilled) return { reason: 'signal: killed', errorType: 'Runtime.OutOfMemory' };
  if (error) return toLaunchFailure(error);
  if (ExitCode !== 0 && lastWords) return toLaunchFailure(lastWords);
  if (ExitCode === 0) return { reason: '' };
  const signal = SIGNALS[ExitCode - 128];
  return { reason: signal ? `signal: ${signal}` : `exit status ${ExitCode}` };
}

// As Go names them.
const SIGNALS: Record<number, string> = {
  4: 'illegal instruction',
  5: 'trace/breakpoint trap',
  6: 'aborted',
  7: 'bus error',
  8: 'floating point exception',
  9: 'killed',
  11: 'segmentation fault (core dumped)',
  15: 'terminated',
};

/** Is this what stands instead of all output when a program could not be run? */
export const areLastWords = (line: string): boolean =>
  EXEC.test(line) || INIT.test(line) || DAEMON.test(line);

const EXEC = /^exec (\S+): (exec format error|no such file or directory|permission denied)$/;
const INIT = /^\[FATAL tini \(\d+\)\] exec (\S+) failed: (.+)$/;
const DAEMON = /^(Error response from daemon|Error: failed to start containers): /;

function toLaunchFailure(text: string): Exit {
  const [, program, why = ''] = EXEC.exec(text) ?? INIT.exec(text) ?? [];
  if (program) return toInvalidEntrypoint(program, why.toLowerCase());
  const [, named = '', reason = ''] = /exec: "([^"]*)": (?:stat \S+: )?([^:]+)/.exec(text) ?? [];
  if (named) return toInvalidEntrypoint(named, reason);
  const isFolder = /chdir|working directory|mkdir/.test(text);
  return { reason: text, errorType: isFolder ? 'Runtime.InvalidWorkingDir' : 'Runtime.InvalidTaskConfig' };
}

const toInvalidEntrypoint = (program: string, why: string): Exit => ({
  reason: `fork/exec ${program}: ${why}`,
  errorType: 'Runtime.InvalidEntrypoint',
});

/** The log's line about a function that could not be started. */
export function toLaunchErrorLine({ reason }: Exit, { Entrypoint, Cmd, WorkingDir }: ImageCommand): string {
  const list = (words: string[] | null) => `[${(words ?? []).join(',')}]`;
  return [
    `IMAGE\tLaunch error: ${reason}`,
    ...[`Entrypoint: ${list(Entrypoint)}`, `Cmd: ${list(Cmd)}`, `WorkingDir: [${WorkingDir || '/'}]`],
  ].join('\t');
}
