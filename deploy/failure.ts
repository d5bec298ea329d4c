/** What a command ends with; scripts rely on these numbers. */
export const EXIT = {
  failed: 1,
  usage: 2,
  notPermitted: 3,
  conflict: 4,
  noEngine: 5,
  pluginFailed: 6,
  /** `plan --exit-code` */
  pending: 10,
  interrupted: 130,
} as const;

/** A failure as a person can use it: what happened and why, and what to type next. */
export class Failure extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly cure: string;

  constructor(
    failure: { code: string; exitCode: number; message: string; cure: string },
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.name = 'Failure';
    this.code = failure.code;
    this.exitCode = failure.exitCode;
    this.cure = failure.cure;
  }
}
