import { EXIT, Failure } from '../failure.ts';
import type { Plugin } from '../pluginApi.ts';

/** Refusals that come when BioT has undone, or could not undo, what it had begun; a second time it would be the same. */
export const ROLLED_BACK = ['AWS_EXCEPTION', 'PLUGIN_ROLLBACK_FAILED'];

/** `isLost` when the answer was lost; otherwise nothing was done. */
type Seen = { current: Plugin | undefined; there: Plugin | undefined; isLost: boolean };

/** Somebody else was faster. */
export const changedMeanwhile = (name: string, seen: Seen): Failure =>
  new Failure({
    code: 'CHANGED_MEANWHILE',
    exitCode: EXIT.conflict,
    message: seen.isLost
      ? `BioT’s answer was lost, and what it has now is neither as before nor as sent. ${tellChange(name, seen)}`
      : `${tellChange(name, seen)} Nothing of yours was done.`,
    cure: 'See what differs now (npx biot-plugin plan), then run it again.',
  });

function tellChange(name: string, { current, there }: Seen): string {
  if (!there) return `Somebody else has deleted ${name} meanwhile.`;
  if (!current) return `Somebody else has created ${name} meanwhile, in version ${there.version}.`;
  if (there.creationTime !== current.creationTime)
    return `Somebody else has deleted ${name} and created it anew meanwhile, in version ${there.version}.`;
  if (there.version !== current.version)
    return `Somebody else has deployed version ${there.version} of ${name} meanwhile; it was ${current.version}.`;
  return `Somebody else has changed ${name} meanwhile, which still has version ${there.version}.`;
}

/** The paths hold no values. */
export const notAsSent = (name: string, paths: string[]): Failure =>
  new Failure({
    code: 'NOT_AS_SENT',
    exitCode: EXIT.failed,
    message: `BioT has taken ${name}, but not all of it is there as it was sent: ${paths.join(', ')}`,
    cure: 'See what BioT has (npx biot-plugin get). If running it again changes nothing, ask BioT’s support.',
  });

export const cannotAsk = (name: string, cause: Failure): Failure =>
  new Failure(
    {
      code: 'ANSWER_LOST',
      exitCode: EXIT.failed,
      message: `BioT’s answer was lost, and it cannot be asked whether ${name} is as before or as it was sent. ${cause.message}`,
      cure: 'When BioT answers again, npx biot-plugin plan shows which. Running it again is safe.',
    },
    { cause },
  );

/** With two deploys at once nobody can tell. */
export const perhapsTheirs = ({ name, version }: Plugin): Failure =>
  new Failure({
    code: 'ANSWER_LOST',
    exitCode: EXIT.failed,
    message: `BioT’s answer was lost. It has ${name} in version ${version} now, which is what was sent, or what somebody else sent at the same time: BioT does not tell whose code it is.`,
    cure: `If nobody else deploys, all is done. To be sure, deploy again: that makes version ${Number(version) + 1} with your code.`,
  });

/** Nothing has changed, and no further try would help. */
export const notTaken = (
  { name, current }: { name: string; current?: Plugin | undefined },
  cause: Failure,
): Failure =>
  new Failure(
    {
      code: cause.code,
      exitCode: cause.exitCode,
      message: `${cause.message}. BioT ${current ? `still has ${name} in version ${current.version}, as before` : `still has no plugin ${name}`}.`,
      cure: ROLLED_BACK.includes(cause.code)
        ? cause.cure
        : 'Run it again when BioT works again: what has been built and pushed is not lost.',
    },
    { cause },
  );
