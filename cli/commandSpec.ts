import type { Output, Session } from './session.ts';

export type CommandOptions = Record<string, string | undefined>;

export type CommandSpec = {
  /** Said in the command's own help instead of the summary. */
  description?: string;
  example: string;
  options?: [flags: string, meaning: string][];
  /** It goes on until `signal`, and then ends in order by itself. */
  isLongLived?: true;
  /** Ctrl-C is how it ends: nothing is said of that. */
  isEndless?: true;
  /** Undefined when it has printed by itself. */
  run(session: Session, args: string[], options: CommandOptions): Promise<Output | undefined>;
};
