/** Something about an image that Lambda would refuse (`error`), or that its author would want to know (`warning`). */
export type Finding = {
  code: string;
  severity: 'error' | 'warning';
  /** One sentence: what it is and why it matters. */
  message: string;
  /** One line: what to do about it. */
  cure: string;
  /** In the image. */
  path?: string;
};
