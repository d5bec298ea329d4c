import type { connect } from '../deploy/connect.ts';
import type { Settings } from '../deploy/settings.ts';
import type { Steps } from '../deploy/steps.ts';

/** What every command is given. */
export type Session = {
  projectRoot: string;
  /** `.biot/`, or with `--env NAME` a folder of its own in it. */
  stateDirectory: string;
  /** `--env NAME` */
  environmentName?: string;
  /** The process's own. */
  env: NodeJS.ProcessEnv;
  /** `env` over what the `.env` files say: where values for plugin.json come from. */
  variables: NodeJS.ProcessEnv;
  settings: Settings;
  /** `--yes`: do not ask. */
  isAgreed: boolean;
  isJson: boolean;
  isVerbose: boolean;
  /** Logs in when the first call is made. */
  biot(): ReturnType<typeof connect>;
  /** Aborted by Ctrl-C. A step that goes on then has some seconds to leave all in order. */
  signal: AbortSignal;
  steps: Steps;
  /** A line, or a program's output as it comes, on standard error: standard output is for results. */
  say(line: string): void;
  show(output: string): void;
};

/** What a command leaves on standard output: text for people and scripts, or one JSON document with `--json`. */
export type Output = {
  text: string;
  json: unknown /** Other than 0, like 10 for `plan --exit-code`. */;
  exitCode?: number;
};
