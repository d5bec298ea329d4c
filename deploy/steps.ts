/** One step of a command, as a person sees it go on. */
export type Step = {
  /** What is being done, like `Building the image`. */
  title: string;
  /** What a person is told who interrupts it: what has changed so far, and what to type next. */
  ifInterrupted?: string;
};

/** Tells how far a command has come. `show` takes the output of programs while it comes. */
export type Steps = {
  run<Result>(step: Step, work: (show: (output: string) => void) => Promise<Result>): Promise<Result>;
};

/** For who says by itself what is being done, and only passes the programs' output on. */
export const showOnly = (show: (output: string) => void): Steps => ({ run: (_step, work) => work(show) });
