import type { connect } from '../deploy/connect.ts';
import type { Settings } from '../deploy/settings.ts';

/** What every command is given. */
export type Session = {
  projectRoot: string;
  /** `.biot/` */
  stateDirectory: string;
  env: NodeJS.ProcessEnv;
  settings: Settings;
  /** `--yes`: do not ask. */
  isAgreed: boolean;
  isJson: boolean;
  /** Logs in when the first call is made. */
  biot(): ReturnType<typeof connect>;
  /** A line, or a program's output as it comes, on standard error: standard output is for results. */
  say(line: string): void;
  show(output: string): void;
};

/** What a command leaves on standard output: text for people and scripts, or one JSON document with `--json`. */
export type Output = { text: string; json: unknown };
