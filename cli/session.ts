import type { Place } from '../deploy/place.ts';

/** What every command is given. `signal` is aborted by Ctrl-C; a step that goes on then has some seconds to end in order. */
export type Session = Omit<Place, 'biot'> & {
  /** `--yes`: do not ask. */
  isAgreed: boolean;
  isJson: boolean;
  isVerbose: boolean;
  /** Logs in when the first call is made. */
  biot(): Place['biot'];
  /** A program's output as it comes, on standard error like `say`'s lines: standard output is for results. */
  show(output: string): void;
};

/** What a command leaves on standard output: text for people and scripts, or one JSON document with `--json`. */
export type Output = {
  text: string;
  json: unknown;
  /** Other than 0, like 10 for `plan --exit-code`. */
  exitCode?: number;
};
